//! Codecs: what is encoded decodes, and whatever decodes is what a writer would have written.

use proptest::prelude::*;

use crate::record::decode_core;
use crate::segment::{Nonce, SegmentHeader};
use crate::tests::support::{
    CONSTITUTION, core, core_with_arguments, genesis_arguments, genesis_event, text,
};
use crate::{CborProblem, Digest, Header, Reason, Verdict};

fn header() -> Header {
    Header {
        core_version: 1,
        kind: 80,
        verdict: Verdict::Permit,
        rejected: false,
        has_payload: false,
        seq: 9,
        time: 77,
        actor: 1 << 56 | 3,
        cause: Some(8),
        command_id: [1; 16],
        core_len: 40,
        payload_len: 0,
        core_commit: Digest([2; 32]),
        prev: Digest([3; 32]),
    }
}

prop_compose! {
    fn any_header()(
        seq in 1..=u64::MAX - 1, time: u64, id in 1..1_u64 << 56, class in 0..5_u64, cause: u64,
        verdict in 0..4_u8, rejected: bool, core_len in 1..=65_536_u32,
        payload_len in 0..=1_u32 << 20, with_payload: bool, kind in 64..=u16::MAX,
        command_id in any::<[u8; 16]>(), core_commit in any::<[u8; 32]>(),
        prev in any::<[u8; 32]>(), core_version in 1..=u8::MAX,
    ) -> Header {
        let verdict = Verdict::from_u8(verdict).unwrap();
        let payload_len = if with_payload { payload_len } else { 0 };
        let mut header = header();
        header.actor = class << 56 | if matches!(class, 0 | 4) { 0 } else { id };
        header.command_id = if command_id == [0; 16] { [1; 16] } else { command_id };
        header.cause = Some(cause % seq).filter(|cause| cause % 3 > 0);
        header.rejected = rejected && verdict.lets_through();
        (header.seq, header.time, header.verdict, header.kind) = (seq, time, verdict, kind);
        (header.core_len, header.payload_len) = (core_len, payload_len);
        header.has_payload = payload_len > 0;
        (header.core_commit, header.prev) = (Digest(core_commit), Digest(prev));
        header.core_version = core_version;
        header
    }
}

proptest! {
    #[test]
    fn headers_read_back(header in any_header()) {
        prop_assert_eq!(Header::decode(&header.encode()), Ok(header));
    }

    #[test]
    fn whatever_decodes_as_a_header_encodes_to_the_same_bytes(
        header in any_header(), at in 0..128_usize, byte: u8,
    ) {
        let mut bytes = header.encode();
        bytes[at] = byte;
        if let Ok(decoded) = Header::decode(&bytes) {
            prop_assert_eq!(decoded.encode(), bytes);
        }
    }

    #[test]
    fn segment_headers_read_back(
        log_id in any::<[u8; 32]>(), first_seq: u64, nonce in any::<[u8; 16]>(),
    ) {
        let header = SegmentHeader { log_id: Digest(log_id), first_seq, nonce: Nonce(nonce) };
        prop_assert_eq!(SegmentHeader::decode(&header.encode()), Ok(header));
    }

    #[test]
    fn no_bytes_make_the_core_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        drop(decode_core(&header(), &bytes));
    }

    #[test]
    fn a_core_with_one_byte_changed_never_panics(at in 0..200_usize, byte: u8) {
        let mut bytes = core(&[&genesis_event()], 40, None);
        let len = bytes.len();
        bytes[at % len] = byte;
        drop(decode_core(&header(), &bytes));
    }
}

#[test]
fn a_header_keeps_to_the_rules() {
    let check = |change: &dyn Fn(&mut Header), expected: Reason| {
        let mut header = header();
        change(&mut header);
        assert_eq!(header.check(), Err(expected));
    };
    assert_eq!(header().check(), Ok(()));
    check(&|header| header.core_version = 0, Reason::CoreVersion);
    check(&|header| header.core_len = 0, Reason::CoreLen { found: 0 });
    check(&|header| header.core_len = 65_537, Reason::CoreLen { found: 65_537 });
    check(&|header| header.payload_len = 5, Reason::PayloadLen { found: 5 });
    check(&|header| header.has_payload = true, Reason::PayloadLen { found: 0 });
    check(&|header| header.actor = 1, Reason::Actor { found: 1 });
    check(&|header| header.actor = 2 << 56, Reason::Actor { found: 2 << 56 });
    check(&|header| header.actor = 4 << 56 | 1, Reason::Actor { found: 4 << 56 | 1 });
    check(&|header| header.cause = Some(9), Reason::Cause { found: 9 });
    check(&|header| header.command_id = [0; 16], Reason::CommandId);
    check(&|header| header.kind = 4, Reason::KindReserved { found: 4 });
    check(&|header| header.kind = 63, Reason::KindReserved { found: 63 });
    check(&|header| header.kind = 1, Reason::GenesisAgain);
    check(&|header| header.kind = 0, Reason::UnrecognisedNotDenied);
    check(
        &|header| (header.verdict, header.rejected) = (Verdict::Defer, true),
        Reason::RejectedVerdict,
    );
    let first = |header: &mut Header| {
        (header.seq, header.cause, header.prev) = (0, None, Digest::ZERO);
        (header.kind, header.actor) = (1, 0);
    };
    let mut genesis = header();
    first(&mut genesis);
    assert_eq!(genesis.check(), Ok(()));
    check(&|header| (first(header), header.kind = 64).1, Reason::GenesisKind { found: 64 });
    check(&|header| (first(header), header.prev = Digest([1; 32])).1, Reason::Prev);
    check(&|header| (first(header), header.actor = 1 << 56 | 1).1, Reason::GenesisRuling);
}

/// A core whose arguments are `{0: item}`, good otherwise.
fn with_argument(item: &[u8]) -> Vec<u8> {
    with_arguments(&[&[0xa1, 0x00], item].concat())
}

/// Replaces the arguments of a core that is good otherwise.
fn with_arguments(arguments: &[u8]) -> Vec<u8> {
    let len = u8::try_from(arguments.len()).unwrap();
    let mut core = vec![0xa3, 0x01, 0xa1, 0x01, 0x58, len];
    if len < 24 {
        core.truncate(4);
        core.push(0x40 | len);
    }
    core.extend(arguments);
    core.extend([0x02, 0xa2, 0x01, 0x01, 0x02, 0x00, 0x03, 0x80]);
    core
}

#[test]
fn only_deterministic_cbor_is_a_core() {
    let check = |item: &[u8], expected: Option<CborProblem>| {
        let found = match decode_core(&header(), &with_argument(item)) {
            Ok(_) => None,
            Err(Reason::Cbor { problem, .. }) => Some(problem),
            Err(other) => panic!("{other}"),
        };
        assert_eq!(found, expected, "{item:02x?}");
    };
    check(&[0xa0], None);
    check(&[0xf6], None);
    check(&[0x18, 0x18], None);
    check(&[0xa2, 0x01, 0x00, 0x20, 0x00], None);
    check(&[0x18, 0x17], Some(CborProblem::Long));
    check(&[0x19, 0x00, 0xff], Some(CborProblem::Long));
    check(&[0x1a, 0x00, 0x00, 0xff, 0xff], Some(CborProblem::Long));
    check(&[0x1b, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff], Some(CborProblem::Long));
    check(&[0xf4], None);
    check(&[0xf5], None);
    for simple in [0xe0, 0xf0, 0xf3, 0xf7, 0xf8] {
        check(&[simple], Some(CborProblem::Simple));
    }
    check(&[0xf8, 0x14], Some(CborProblem::Simple));
    check(&[0xf8, 0x20], Some(CborProblem::Simple));
    check(&[0x9f, 0xff], Some(CborProblem::Indefinite));
    check(&[0xff], Some(CborProblem::Indefinite));
    check(&[0x1c], Some(CborProblem::Reserved));
    check(&[0xf9, 0x00, 0x00], Some(CborProblem::Float));
    check(&[0xfb, 0, 0, 0, 0, 0, 0, 0, 0], Some(CborProblem::Float));
    check(&[0xc0, 0x00], Some(CborProblem::Tag));
    check(&[0xa1, 0x61, 0x61, 0x00], Some(CborProblem::Key));
    check(&[0xa2, 0x01, 0x00, 0x01, 0x00], Some(CborProblem::Order));
    check(&[0xa2, 0x20, 0x00, 0x01, 0x00], Some(CborProblem::Order));
    check(&[0xa2, 0x18, 0x18, 0x00, 0x01, 0x00], Some(CborProblem::Order));
    check(&[0x62, 0xc3, 0x28], Some(CborProblem::Utf8));
    check(&[0x42, 0x00], Some(CborProblem::Short));
    check(&[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], Some(CborProblem::Short));
    check(&[0x00, 0x00], Some(CborProblem::Trailing));
    check(&[], Some(CborProblem::Short));
    let nested = |depth| [vec![0x81; depth], vec![0x00]].concat();
    check(&nested(15), None);
    check(&nested(16), Some(CborProblem::Depth));
}

#[test]
fn arguments_are_a_map() {
    assert!(decode_core(&header(), &with_arguments(&[0xa0])).is_ok());
    for other in [0x05, 0x40, 0x60, 0x80, 0xf6] {
        let found = decode_core(&header(), &with_arguments(&[other])).unwrap_err();
        assert_eq!(found.to_string(), "core byte 6: the arguments are not a map");
    }
}

#[test]
fn fields_are_an_array() {
    for other in [0x05, 0x40, 0x60, 0xa0, 0xf6] {
        let event: &[u8] = &[0x83, 0x18, 0x50, 0x01, other];
        let found = decode_core(&header(), &core(&[event], 3, None)).unwrap_err();
        assert_eq!(found.to_string(), "core byte 24: an event's fields are not an array");
    }
}

#[test]
fn a_core_has_its_parts() {
    let check = |core: &[u8], expected: &str| {
        let found = decode_core(&header(), core).map_or_else(
            |error| error.to_string(),
            |core| format!("law {} events {}", core.law_seq, core.events),
        );
        assert_eq!(found, expected);
    };
    let request = [0x01, 0xa1, 0x01, 0x41, 0xa0];
    let decision = [0x02, 0xa2, 0x01, 0x01, 0x02, 0x05];
    let event = [0x03, 0x81, 0x83, 0x18, 0x50, 0x01, 0x80];
    let join = |parts: &[&[u8]]| {
        [&[0xa0 | u8::try_from(parts.len()).unwrap()], parts.concat().as_slice()].concat()
    };
    check(&join(&[&request, &decision, &event]), "law 5 events 1");
    check(&join(&[&request, &decision, &event, &[0x06, 0xf6]]), "law 5 events 1");
    let blob = [&[0x04, 0x81, 0x58, 0x20][..], &[7; 32]].concat();
    check(&join(&[&request, &decision, &event, &blob]), "law 5 events 1");
    check(
        &join(&[&request, &decision, &event, &[0x04, 0x80]]),
        "core byte 21: there are no blob names",
    );
    check(&join(&[&decision, &event]), "core byte 14: key 1 is missing");
    check(&join(&[&request, &event]), "core byte 13: key 2 is missing");
    check(&join(&[&request, &decision]), "core byte 12: key 3 is missing");
    check(&join(&[&[0x01, 0xa0], &decision, &event]), "core byte 3: the request has no arguments");
    check(
        &join(&[&request, &[0x02, 0xa1, 0x01, 0x01], &event]),
        "core byte 10: the decision lacks gate_version or law_seq",
    );
    check(
        &join(&[&request, &[0x02, 0xa2, 0x01, 0x01, 0x02, 0x09], &event]),
        "law 9 does not come before the record",
    );
    check(
        &join(&[&request, &decision, &[0x03, 0x81, 0x82, 0x01, 0x01]]),
        "core byte 15: an event does not have three parts",
    );
    let commit = [&[0x05, 0x58, 0x20][..], &[7; 32]].concat();
    check(
        &join(&[&request, &decision, &event, &commit]),
        "key 5 of the core does not go with the payload",
    );
    check(&[0x80], "core byte 1: the core is not a map");
}

#[test]
fn events_go_with_the_ruling() {
    let check = |change: &dyn Fn(&mut Header), events: &[&[u8]], expected: Result<u64, Reason>| {
        let mut header = header();
        change(&mut header);
        let found = decode_core(&header, &core(events, 3, None)).map(|core| core.events);
        assert_eq!(found, expected);
    };
    let event: &[u8] = &[0x83, 0x18, 0x50, 0x01, 0x80];
    let none = Err(Reason::Events { found: 1 });
    check(&|_| (), &[event, event], Ok(2));
    check(&|header| header.verdict = Verdict::Deny, &[event], none.clone());
    check(&|header| header.rejected = true, &[event], none.clone());
    check(&|header| header.verdict = Verdict::Defer, &[event], none);
    check(&|header| header.verdict = Verdict::Defer, &[], Ok(0));
    check(&|header| header.kind = 2, &[event], Err(Reason::KindEvent { kind: 2 }));
    check(&|header| header.kind = 2, &[], Err(Reason::KindEvent { kind: 2 }));
    let redact: &[u8] = &[0x83, 0x02, 0x01, 0x82, 0x05, 0x61, b'x'];
    check(&|header| header.kind = 2, &[redact], Ok(1));
    check(&|header| (header.kind, header.rejected) = (2, true), &[], Ok(0));
    let snapshot = [&[0x83, 0x05, 0x01, 0x83, 0x05, 0x01, 0x58, 0x20][..], &[7; 32]].concat();
    check(&|header| header.kind = 5, &[&snapshot], Ok(1));
}

#[test]
fn a_genesis_has_an_origin() {
    let mut header = header();
    (header.kind, header.seq, header.actor, header.cause) = (1, 0, 0, None);
    let found = |origin: &str| {
        let mut event = vec![0x83, 0x01, 0x01, 0x85];
        text(&mut event, origin);
        // The first field of `genesis_event` is "weft.example", a byte of length and twelve more.
        event.extend(&genesis_event()[4 + 13..]);
        let core = core_with_arguments(&genesis_arguments(CONSTITUTION), &[&event], None);
        decode_core(&header, &core).is_ok()
    };
    for good in ["a", "weft.example/1", &"a".repeat(255), "a\u{200b}b"] {
        assert!(found(good), "{good:?}");
    }
    for bad in ["", "a b", "a+b", "a\u{a0}b", "a\u{85}b", "a\u{7f}b", "a\nb", &"a".repeat(256)] {
        assert!(!found(bad), "{bad:?}");
    }
}

#[test]
fn a_genesis_holds_the_constitution_it_names() {
    let mut header = header();
    (header.kind, header.seq, header.actor, header.cause) = (1, 0, 0, None);
    let check = |arguments: &[u8], expected: &str| {
        let core = core_with_arguments(arguments, &[&genesis_event()], None);
        let found = decode_core(&header, &core).map(|core| core.events);
        assert_eq!(found.map_err(|reason| reason.to_string()), Err(expected.to_owned()));
    };
    let good = core_with_arguments(&genesis_arguments(CONSTITUTION), &[&genesis_event()], None);
    assert_eq!(decode_core(&header, &good).map(|core| core.events), Ok(1));
    check(&[0xa0], "core byte 6: log.genesis holds no constitution");
    check(&[0x80], "core byte 6: the arguments of log.genesis are not a map");
    check(&[0xa1, 0x02, 0x41, 0x00], "core byte 8: the constitution is not text");
    check(&[0xa1, 0x02, 0x61, 0xff], "core byte 9: text is not valid utf-8");
    let long = "constitution has 49153 bytes, more than the limit";
    check(&genesis_arguments(&"#".repeat(49_153)), long);
    for other in ["constitution 2\n", "", &"#".repeat(49_152)] {
        let core = core_with_arguments(&genesis_arguments(other), &[&genesis_event()], None);
        let found = decode_core(&header, &core).err();
        assert!(matches!(found, Some(Reason::Constitution { .. })), "{found:?}");
    }
}

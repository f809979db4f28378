//! Test vectors: fixed inputs and the bytes that the format makes of them, for `docs/format.md`
//! and for anyone who writes a reader of their own.

use std::sync::Arc;

use crate::frame;
use crate::hash::{Digest, Hasher as _, Shake};
use crate::index::Head;
use crate::record::{PayloadPart, Pending, Verdict, core_commit, kind, link, payload_commit};
use crate::seal::seal_header;
use crate::segment::{Nonce, SegmentHeader};

/// One vector. All bytes are lower-case hex.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vector {
    /// What it shows.
    pub name: &'static str,
    /// Named inputs, in the order in which the format joins them.
    pub inputs: Vec<(&'static str, String)>,
    /// What comes out.
    pub output: String,
}

const NONCE: Nonce = Nonce(*b"nonce-of-segment");
const CORE_SALT: [u8; 16] = *b"salt-of-the-core";
const PAYLOAD_SALT: [u8; 16] = *b"salt-of-payload.";
const PAYLOAD: &[u8] = b"hello";
const CONSTITUTION: &[u8] = b"constitution 1\n";

/// Every vector, in the order of the format's sections.
///
/// # Panics
/// Never: the inputs are fixed, and a test makes all of them.
#[must_use]
pub fn all() -> Vec<Vector> {
    let genesis = genesis();
    let nothing = Head { size: 0, link: Digest::ZERO, time: 0 };
    let genesis_header = seal_header(&genesis, &nothing).expect("a fixed record is good").encode();
    let log_id = link(&genesis_header);
    let second = second();
    let head = Head { size: 1, link: log_id, time: genesis.time };
    let second_header = seal_header(&second, &head).expect("a fixed record is good").encode();
    vec![
        Vector {
            name: "SHAKE of nothing",
            inputs: Vec::new(),
            output: hex(Shake::hash(&[]).as_bytes()),
        },
        commit("core commitment", b"exochain/core/1", CORE_SALT, &second.core),
        commit("payload commitment", b"exochain/payload/1", PAYLOAD_SALT, PAYLOAD),
        Vector {
            name: "constitution's digest",
            inputs: vec![("prefix", hex(b"weft/constitution/1")), ("text", hex(CONSTITUTION))],
            output: hex(Shake::hash(&[b"weft/constitution/1", CONSTITUTION]).as_bytes()),
        },
        bytes_of("core of record 0 (log.genesis)", &genesis.core),
        bytes_of("header of record 0", &genesis_header),
        linked("link of record 0: the log id", &genesis_header),
        bytes_of("core of record 1, with a payload", &second.core),
        bytes_of("header of record 1", &second_header),
        linked("link of record 1", &second_header),
        segment_header("header of the first segment", Digest::ZERO, 0),
        segment_header("header of a later segment", log_id, 4_096),
        frame("frame of record 0", 0, &genesis_header, &genesis),
        frame("frame of record 1, batch index 3", 3, &second_header, &second),
    ]
}

fn commit(name: &'static str, prefix: &[u8], salt: [u8; 16], bytes: &[u8]) -> Vector {
    let inputs = vec![("prefix", hex(prefix)), ("salt", hex(&salt)), ("bytes", hex(bytes))];
    let of_core = prefix == b"exochain/core/1";
    let digest = if of_core { core_commit(&salt, bytes) } else { payload_commit(&salt, bytes) };
    Vector { name, inputs, output: hex(digest.as_bytes()) }
}

fn bytes_of(name: &'static str, bytes: &[u8]) -> Vector {
    Vector { name, inputs: Vec::new(), output: hex(bytes) }
}

fn linked(name: &'static str, header: &[u8; 128]) -> Vector {
    Vector { name, inputs: vec![("header", hex(header))], output: hex(link(header).as_bytes()) }
}

fn segment_header(name: &'static str, log_id: Digest, first_seq: u64) -> Vector {
    let inputs = vec![
        ("log id", hex(log_id.as_bytes())),
        ("first seq", hex(&first_seq.to_be_bytes())),
        ("nonce", hex(&NONCE.0)),
    ];
    let output = hex(&SegmentHeader { log_id, first_seq, nonce: NONCE }.encode());
    Vector { name, inputs, output }
}

fn frame(name: &'static str, batch_index: u16, header: &[u8; 128], record: &Pending) -> Vector {
    let mut out = Vec::new();
    frame::encode(&mut out, &NONCE, batch_index, header, record);
    Vector { name, inputs: vec![("nonce", hex(&NONCE.0))], output: hex(&out) }
}

/// Record 0: origin "weft.example", keys and entropy of one byte each, a constitution of one line.
fn genesis() -> Pending {
    let mut core = vec![0xa3, 0x01, 0xa1, 0x01, 0x52, 0xa1, 0x02, 0x6f];
    core.extend(CONSTITUTION);
    core.extend([0x02, 0xa2, 0x01, 0x01, 0x02, 0x00]);
    core.extend([0x03, 0x81, 0x83, 0x01, 0x01, 0x85, 0x6c]);
    core.extend(b"weft.example");
    let Digest(constitution) = Shake::hash(&[b"weft/constitution/1", CONSTITUTION]);
    for field in [[0x11; 32], constitution, [0x13; 32], [0x14; 32]] {
        core.extend([0x58, 0x20]);
        core.extend(field);
    }
    Pending {
        kind: kind::GENESIS,
        verdict: Verdict::Permit,
        rejected: false,
        seq: 0,
        time: 1_767_225_600_000 << 16,
        actor: 0,
        cause: None,
        command_id: [0x01; 16],
        salt: CORE_SALT,
        core,
        payload: None,
    }
}

/// Record 1: kind 80 by process 3, warned, caused by record 0, with the payload "hello".
fn second() -> Pending {
    let part = PayloadPart::new(PAYLOAD_SALT, Arc::from(PAYLOAD));
    let mut core = vec![0xa4, 0x01, 0xa1, 0x01, 0x43, 0xa1, 0x00, 0x05];
    core.extend([0x02, 0xa2, 0x01, 0x01, 0x02, 0x00]);
    core.extend([0x03, 0x81, 0x83, 0x18, 0x50, 0x01, 0x81, 0x05]);
    core.extend([0x05, 0x58, 0x20]);
    core.extend(part.commit().as_bytes());
    Pending {
        kind: 80,
        verdict: Verdict::Warn,
        seq: 1,
        time: (1_767_225_600_000 << 16) + 1,
        actor: 1 << 56 | 3,
        cause: Some(0),
        command_id: [0x02; 16],
        core,
        payload: Some(part),
        ..genesis()
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        write!(out, "{byte:02x}").expect("a string takes every write");
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checked once by an implementation in another language that shares no code with this one.
    #[test]
    fn the_format_has_not_changed() {
        let vectors = all();
        let check = |name: &str, expected: &str| {
            let found = vectors.iter().find(|vector| vector.name == name);
            assert_eq!(found.map(|vector| vector.output.as_str()), Some(expected), "{name}");
        };
        check(
            "core commitment",
            "343e1ba53d1b3c4cf747a80c82d6ddc0e0de5ef1466fecf1b379f3ecaee271c6",
        );
        check(
            "constitution's digest",
            "eda29e5dbf965c59a9152e5e61ef1d58c394b43ee32a51abc2a3730c3ebef119",
        );
        check(
            "payload commitment",
            "8ef12c6767a8d5e31d4b4438b7c82a7967b91b5f5a539791e70b436687306895",
        );
        check(
            "header of record 1",
            "45580101005001010000000000000001019b76daa800000101000000000000030000000000000000\
             020202020202020202020202020202020000003900000005343e1ba53d1b3c4cf747a80c82d6ddc0\
             e0de5ef1466fecf1b379f3ecaee271c66d3485c03893cf18eb849cba35e0ab40eb735010f610d464\
             080aed1b12b4cfa9",
        );
        check(
            "link of record 0: the log id",
            "6d3485c03893cf18eb849cba35e0ab40eb735010f610d464080aed1b12b4cfa9",
        );
        check(
            "header of a later segment",
            "45584f53454730316d3485c03893cf18eb849cba35e0ab40eb735010f610d464080aed1b12b4cfa9\
             00000000000010006e6f6e63652d6f662d7365676d656e74",
        );
        check(
            "frame of record 1, batch index 3",
            "000000ee1e10dc9a091af3570003000045580101005001010000000000000001019b76daa8000001\
             01000000000000030000000000000000020202020202020202020202020202020000003900000005\
             343e1ba53d1b3c4cf747a80c82d6ddc0e0de5ef1466fecf1b379f3ecaee271c66d3485c03893cf18\
             eb849cba35e0ab40eb735010f610d464080aed1b12b4cfa973616c742d6f662d7468652d636f7265\
             a401a10143a1000502a20101020003818318500181050558208ef12c6767a8d5e31d4b4438b7c82a\
             7967b91b5f5a539791e70b43668730689573616c742d6f662d7061796c6f61642e68656c6c6f",
        );
    }
}

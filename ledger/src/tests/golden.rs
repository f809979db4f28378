//! A log that a kernel wrote (`fixtures/golden/log`, made by `tests/src/docs/golden_log.rs`): this
//! crate reads it, and writes it again byte for byte.

use crate::frame;
use crate::hash::TinyKeccak;
use crate::record::{PayloadPart, Pending};
use crate::segment::{Nonce, SegmentHeader};
use crate::tests::support::nonces;
use crate::{Entry, Hasher as _, Memory, Payload};
use crate::{Log, Mode, OpenOptions};

const SEGMENTS: [(&str, &str); 2] = [
    (
        "log/00000000000000000000.seg",
        include_str!("../../../fixtures/golden/log/00000000000000000000.seg.hex"),
    ),
    (
        "log/00000000000000000005.seg",
        include_str!("../../../fixtures/golden/log/00000000000000000005.seg.hex"),
    ),
];

fn bytes(fixture: &str) -> Vec<u8> {
    let lines = fixture.lines().filter(|line| !line.starts_with('#'));
    hex::decode(lines.collect::<String>()).unwrap()
}

fn golden() -> (Memory, Vec<Entry<'static>>) {
    let memory = Memory::new();
    for (path, fixture) in SEGMENTS {
        memory.write(path, &bytes(fixture));
    }
    let options = OpenOptions { mode: Mode::ReadOnly, ..OpenOptions::writer() };
    let log =
        Log::open(memory.clone(), options, nonces(0), &mut |_| std::ops::ControlFlow::Continue(()));
    let entries = log.unwrap().0.reader().range(0..u64::MAX).map(Result::unwrap).collect();
    (memory, entries)
}

#[test]
fn the_golden_log_is_written_again_byte_for_byte() {
    let (memory, entries) = golden();
    assert_eq!(entries.len(), 8);
    for (path, fixture) in SEGMENTS {
        let expected = bytes(fixture);
        let header = SegmentHeader::decode(expected.first_chunk().unwrap()).unwrap();
        let mut found = header.encode().to_vec();
        for entry in entries.iter().filter(|entry| &*entry.segment == path) {
            append(&mut found, &header.nonce, entry);
        }
        assert!(found == expected, "{path}");
        assert_eq!(memory.read(path).unwrap(), expected, "{path} was changed by reading it");
    }
}

/// Lengths and checksums are made anew.
fn append(out: &mut Vec<u8>, nonce: &Nonce, entry: &Entry<'_>) {
    let header = &entry.header;
    let payload = match entry.payload() {
        Payload::Whole { salt, bytes } => Some(PayloadPart::new(*salt, bytes.into())),
        Payload::None | Payload::Erased => None,
    };
    let record = Pending {
        core_version: 1,
        kind: header.kind,
        verdict: header.verdict,
        rejected: header.rejected,
        seq: header.seq,
        time: header.time,
        actor: header.actor,
        cause: header.cause,
        command_id: header.command_id,
        salt: *entry.core_salt(),
        core: entry.core().to_vec(),
        payload,
    };
    frame::encode(out, nonce, entry.batch_index(), &header.encode(), &record);
}

#[test]
fn the_chain_holds_under_the_second_implementation() {
    let (_, entries) = golden();
    for pair in entries.windows(2) {
        assert_eq!(TinyKeccak::hash(&[pair[0].header_bytes()]), pair[1].header.prev);
    }
}

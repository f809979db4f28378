//! Every bit of a small log that was closed, of its checkpoints and of its guard, turned over.

use std::collections::BTreeSet;

use crate::checkpoint::CHECKPOINTS_FILE;
use crate::tests::checkpoints::{Node, sign, signed_by_old};
use crate::tests::support::{commit, record_with_payload};
use crate::*;

/// Segments of a few records.
const TINY: Limits = Limits { segment_bytes: 1_700, batch_bytes: 300, frame_bytes: 500 };

/// Two segments, with a payload in the second, and a checkpoint for each.
fn closed() -> Node {
    let (node, mut log, mut checkpointer) = signed_by_old(TINY);
    while node.disk.list(LOG_DIR).unwrap().len() < 2 {
        commit(&mut log, 1).unwrap();
    }
    sign(&mut checkpointer);
    let seq = log.head().size;
    log.commit(&[record_with_payload(seq, b"content".to_vec())], &mut Vec::new()).unwrap();
    commit(&mut log, 1).unwrap();
    sign(&mut checkpointer);
    log.close().unwrap();
    node
}

fn checked(node: &Node) -> Result<Report> {
    let options = VerifyOptions { threads: 1, ..VerifyOptions::default() };
    verify_guarded(&node.disk, Some(&node.guards), &[], options, &mut |_, _| {})
}

/// Calls `judge` with what verification says of each bit of a file turned over.
fn turned(
    node: &Node,
    disk: &Memory,
    path: &str,
    judge: &mut dyn FnMut(u64, u8, Result<Report>),
) -> u64 {
    let bytes = disk.read(path).unwrap().len() as u64;
    for byte in 0..bytes {
        for bit in 0..8 {
            disk.flip(path, byte, 1 << bit);
            judge(byte, bit, checked(node));
            disk.flip(path, byte, 1 << bit);
        }
    }
    bytes
}

/// Where the frames of a segment begin.
fn frame_starts(segment: &[u8]) -> Vec<u64> {
    let mut at = 64;
    let mut starts = Vec::new();
    while let Some(len) = segment.get(at..at + 4) {
        starts.push(at as u64);
        at += u32::from_be_bytes(len.try_into().unwrap()) as usize;
    }
    starts
}

#[test]
fn every_bit_of_a_closed_log_is_found_in_its_record() {
    let node = closed();
    let segments = node.disk.list(LOG_DIR).unwrap();
    assert_eq!(segments.len(), 2);
    let mut seq_before = 0;
    for name in segments {
        let path = format!("{LOG_DIR}/{name}");
        let starts = frame_starts(&node.disk.read(&path).unwrap());
        let bytes = turned(&node, &node.disk, &path, &mut |byte, bit, found| {
            let Err(Error::Integrity(found)) = found else {
                panic!("{path} byte {byte} bit {bit}: {found:?}")
            };
            let nth = starts.iter().rposition(|start| *start <= byte);
            let (offset, seq) = match nth {
                Some(nth) => (starts[nth], seq_before + nth as u64),
                // The nonce is held to by the sums of the first frame.
                None if byte >= 48 => (64, seq_before),
                None => (0, seq_before),
            };
            let expected = (path.as_str(), offset, seq);
            let place = (found.segment.as_str(), found.offset, found.seq);
            assert_eq!(place, expected, "byte {byte} bit {bit}: {found}");
        });
        assert!(bytes > 500, "{bytes}");
        seq_before += starts.len() as u64;
    }
    assert_eq!(checked(&node).unwrap().head.size, seq_before, "every bit is back in its place");
}

/// Without its last line's end, or the empty line before its signature, the last note is one that was
/// not written to its end, as a loss of power leaves it. That is reported, and the guard still holds
/// the log to that note: of all other bits the note itself says that they are wrong.
#[test]
fn every_bit_of_the_checkpoints_is_found_or_makes_the_last_note_an_unfinished_one() {
    let node = closed();
    let bytes = node.disk.read(CHECKPOINTS_FILE).unwrap();
    let mut unfinished = BTreeSet::new();
    turned(&node, &node.disk, CHECKPOINTS_FILE, &mut |byte, bit, found| match found {
        Err(Error::Integrity(found)) => assert_eq!(found.segment, CHECKPOINTS_FILE),
        Err(other) => panic!("byte {byte} bit {bit}: {other}"),
        Ok(report) => {
            let Watched { unterminated, checkpoints, guard, .. } = report.watched;
            let size = report.head.size;
            assert_eq!((unterminated, checkpoints), (true, 1), "byte {byte} bit {bit}");
            assert_eq!(guard, GuardState::Holds { size }, "byte {byte} bit {bit}");
            unfinished.insert((byte, bit));
        }
    });
    let text = bytes.len() - bytes.windows(2).rev().position(|two| two == b"\n\n").unwrap() - 2;
    let ends = [text, text + 1, bytes.len() - 1];
    let expected = ends.iter().flat_map(|end| (0..8).map(|bit| (*end as u64, bit)));
    assert_eq!(unfinished, expected.collect());
}

#[test]
fn every_bit_of_the_guard_is_found() {
    let node = closed();
    let path = node.guards.paths().pop().unwrap();
    let bytes = turned(&node, &node.guards, &path, &mut |byte, bit, found| {
        let guard = found.unwrap().watched.guard;
        assert!(matches!(guard, GuardState::Contradicted(_)), "byte {byte} bit {bit}: {guard:?}");
    });
    assert!(bytes > 100, "{bytes}");
    assert!(matches!(checked(&node).unwrap().watched.guard, GuardState::Holds { .. }));
}

//! What the disk does to the log, and what the log must find.

use super::dice::Dice;
use weft_ledger::storage::Memory;
use weft_ledger::storage::memory::{Fault, Operation};
use weft_ledger::{Hashing, VerifyOptions, verify};

/// How the disk treats the kernel in one storm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Disk {
    /// It may fail and lose power, but says so.
    Honest,
    /// It sometimes reports success for what it did not do.
    Lying,
}

/// What was planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Planned {
    /// An operation will fail, or lie.
    Fault,
    /// The power will go, perhaps in the middle of the next commit.
    PowerCut,
}

/// Plans something to go wrong soon.
pub(crate) fn plan(dice: &mut Dice, memory: &Memory, disk: Disk) -> Planned {
    if disk == Disk::Lying {
        let fault = match dice.below(3) {
            0 => Fault::Misdirect { offset: dice.number() % 8_192 },
            _ => Fault::Lie,
        };
        let operation =
            if fault == Fault::Lie && dice.one_in(2) { Operation::Sync } else { Operation::Write };
        memory.inject(operation, dice.number() % 2, fault);
        return Planned::Fault;
    }
    match dice.below(6) {
        0 => memory.inject(Operation::Write, dice.number() % 2, Fault::Fail),
        1 => memory.inject(
            Operation::Write,
            dice.number() % 2,
            Fault::Short { bytes: dice.number() % 2_048 },
        ),
        2 => memory.inject(Operation::Write, dice.number() % 2, Fault::NoSpace),
        3 => memory.inject(Operation::Sync, dice.number() % 2, Fault::Fail),
        4 => memory.inject(Operation::SyncDir, 0, Fault::Fail),
        _ => {
            memory.lose_power_after(dice.number() % 9);
            return Planned::PowerCut;
        }
    }
    Planned::Fault
}

/// A flipped bit in a settled record of a copy is found, at exactly that record; whether there was one.
pub(crate) fn flip_in_a_copy(dice: &mut Dice, memory: &Memory, disk: Disk) -> bool {
    let copy = memory.fork();
    let settled = settled(&copy);
    if settled.is_empty() || disk == Disk::Lying {
        return false;
    }
    let frame = dice.pick(&settled).clone();
    copy.flip(&frame.path, frame.offset + dice.number() % frame.len, 1 << dice.below(8));
    let options = VerifyOptions { hashing: Hashing::Shake, threads: 1 };
    let found = verify(&copy, options, &mut |_, _| ());
    match found {
        Err(weft_ledger::Error::Integrity(found)) => {
            let expected = (frame.seq, frame.offset, frame.path);
            assert_eq!((found.seq, found.offset, found.segment), expected);
        }
        // In what a redaction names it is an erasure that is not complete.
        Ok(report) if report.pending.seqs.contains(&frame.seq) => {}
        other => panic!("a flipped bit in record {} was not found: {other:?}", frame.seq),
    }
    true
}

/// A frame as an outsider finds it: where it lies, which record it holds, its place in its batch.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    pub(crate) path: String,
    pub(crate) offset: u64,
    pub(crate) len: u64,
    pub(crate) seq: u64,
    batch_index: u16,
}

/// Every frame of the log, by the format page alone.
pub(crate) fn frames(memory: &Memory) -> Vec<Frame> {
    let segments = memory.paths().into_iter().filter(|path| path.ends_with(".seg"));
    segments.flat_map(|path| frames_of(&path, &memory.read(&path).unwrap_or_default())).collect()
}

fn frames_of(path: &str, bytes: &[u8]) -> Vec<Frame> {
    let mut frames = Vec::new();
    let mut offset = 64;
    while let Some(head) = bytes.get(offset..offset + 32) {
        let len = u32::from_be_bytes(head[0..4].try_into().unwrap()) as usize;
        if len == 0 {
            break;
        }
        let batch_index = u16::from_be_bytes(head[12..14].try_into().unwrap());
        let seq = u64::from_be_bytes(head[24..32].try_into().unwrap());
        frames.push(Frame {
            path: path.to_owned(),
            offset: offset as u64,
            len: len as u64,
            seq,
            batch_index,
        });
        offset += len;
    }
    frames
}

/// The frames that no crash can take away: all before the last batch.
pub(crate) fn settled(memory: &Memory) -> Vec<Frame> {
    let mut frames = frames(memory);
    let last = frames.iter().rposition(|frame| frame.batch_index == 0).unwrap_or(0);
    frames.truncate(last);
    frames
}

//! Accidents: power loss at every change, flipped bytes, unreadable bytes, lying disks.
#![expect(clippy::cast_possible_truncation, reason = "counts of small test logs")]

use crate::Mode;
use crate::hash::Digest;
use crate::storage::Memory;
use crate::storage::memory::{Fault, Operation};
use crate::tests::support::{
    FIRST, Random, commit, create, frames, frames_before, open, place, several_batches,
};
use crate::{Error, Tail, VerifyOptions, verify};

/// What a workload was told before the power went.
#[derive(Default)]
struct Told {
    /// Links of acknowledged records.
    acknowledged: Vec<Digest>,
    /// Records of the batch in flight.
    in_flight: u64,
}

/// Reserves, commits batches of several sizes and rolls until the power goes.
fn work(memory: &Memory, rounds: u64, told: &mut Told) -> crate::Result<()> {
    let mut log = if told.acknowledged.is_empty() {
        told.in_flight = 1;
        let log = create(memory)?;
        told.acknowledged.push(log.head().link);
        log
    } else {
        open(memory, Mode::Writer)?.0
    };
    told.in_flight = 0;
    for round in 0..rounds {
        if round % 3 != 1 {
            log.reserve()?;
        }
        told.in_flight = 1 + round * 5 % 7;
        let sealed = commit(&mut log, told.in_flight)?;
        told.acknowledged.extend(sealed.iter().map(|sealed| sealed.link));
        told.in_flight = 0;
    }
    log.close()
}

/// After an honest loss of power: everything acknowledged is there, nothing else but a part of the
/// batch in flight; a second loss of power right after opening changes nothing.
fn survives(memory: &Memory, told: &mut Told, random: &mut Random) {
    memory.crash(&mut |limit| random.below(limit));
    let opened = open(memory, Mode::Writer);
    let acknowledged = told.acknowledged.len();
    if acknowledged == 0 && matches!(opened, Err(Error::Missing)) {
        return;
    }
    let (log, opening, links) = opened.expect("an honest loss of power always opens again");
    assert!(links.len() >= acknowledged, "acknowledged records are gone");
    assert_eq!(links[..acknowledged], told.acknowledged[..]);
    assert!(links.len() <= acknowledged + told.in_flight as usize);
    if let Tail::Cut(torn) = &opening.tail {
        let saved = memory.read(torn.saved_as.as_ref().unwrap()).unwrap();
        assert_eq!((saved.len() as u64, torn.seq), (torn.bytes, links.len() as u64));
    }
    drop(log);
    memory.crash(&mut |_| 0);
    let (_, opening, again) = open(memory, Mode::Writer).unwrap();
    assert_eq!((again, opening.tail), (links.clone(), Tail::Whole));
    verify(memory, VerifyOptions { threads: 1, ..VerifyOptions::default() }, &mut |_, _| {})
        .unwrap();
    told.acknowledged = links;
}

#[test]
fn power_may_go_at_every_change() {
    const ROUNDS: u64 = 24;
    let dry = Memory::new();
    work(&dry, ROUNDS, &mut Told::default()).unwrap();
    let changes = dry.changes();
    assert!(dry.paths().len() > 1, "the workload rolls");
    for at in 0..=changes {
        for seed in 0..6 {
            let mut random = Random(at * 1_000 + seed);
            let memory = Memory::new();
            let mut told = Told::default();
            memory.lose_power_after(at);
            let worked = work(&memory, ROUNDS, &mut told);
            assert_eq!(worked.is_ok(), at == changes, "change {at} seed {seed}");
            survives(&memory, &mut told, &mut random);
        }
    }
}

#[test]
fn power_may_go_again_and_again_also_while_recovering() {
    for seed in 0..60 {
        println!("seed {seed}");
        let mut random = Random(seed);
        let memory = Memory::new();
        let mut told = Told::default();
        for _ in 0..12 {
            memory.lose_power_after(random.below(40));
            drop(work(&memory, 8, &mut told));
            survives(&memory, &mut told, &mut random);
        }
    }
}

#[test]
fn every_flipped_byte_of_the_settled_part_is_found_in_its_place() {
    let memory = several_batches();
    let bytes = memory.read(FIRST).unwrap().len() as u64;
    let frames = frames(&memory);
    let (settled_end, _, settled) = frames[frames.len() - 2];
    for byte in 0..bytes {
        for mask in [0x01, 0x40] {
            let damaged = memory.fork();
            damaged.flip(FIRST, byte, mask);
            let frame = frames.iter().rfind(|(offset, _, _)| *offset <= byte);
            let opened = open(&damaged, Mode::Writer).map(|_| ());
            let options = VerifyOptions { threads: 1, ..VerifyOptions::default() };
            let verified = verify(&damaged, options, &mut |_, _| {}).map(|_| ());
            match frame {
                None => assert_eq!(place(opened).0, 0, "byte {byte}"),
                // No checksum covers the reserved byte, so that it is wrong is no torn write.
                Some((offset, _, seq)) if byte < settled_end || byte - offset == 15 => {
                    let expected = (*seq, FIRST.to_owned(), *offset);
                    assert_eq!(place(opened), expected, "byte {byte}");
                    assert_eq!(place(verified), expected, "byte {byte}");
                    assert_eq!(damaged.paths(), memory.paths(), "nothing was saved or cut");
                }
                Some((offset, _, seq)) => {
                    let found = open(&damaged, Mode::Writer).unwrap().1;
                    assert_eq!(found.head.size, *seq, "byte {byte}");
                    assert!(opened.is_ok() && verified.is_ok() && *seq >= settled);
                    let saved = damaged.read(&format!("log/torn-{seq}-0")).unwrap();
                    assert_eq!(saved.len() as u64, bytes - offset);
                }
            }
        }
    }
}

#[test]
fn every_flipped_byte_of_earlier_segments_is_found() {
    let memory = Memory::new();
    let mut log = create(&memory).unwrap();
    while memory.paths().len() < 3 {
        commit(&mut log, 9).unwrap();
    }
    commit(&mut log, 2).unwrap();
    commit(&mut log, 2).unwrap();
    drop(log);
    let mut random = Random(7);
    for path in memory.paths() {
        let bytes = memory.read(&path).unwrap().len() as u64;
        let last = Some(&path) == memory.paths().last();
        // In the last segment only the header and the first batch are looked at here.
        let end = if last { 64 + 600 } else { bytes };
        for byte in (0..end).filter(|byte| *byte < 100 || random.below(7) == 0 || *byte + 200 > end)
        {
            let damaged = memory.fork();
            damaged.flip(&path, byte, 4);
            let (_, segment, _) = place(open(&damaged, Mode::ReadOnly).map(|_| ()));
            assert_eq!(segment, path, "byte {byte}");
        }
    }
}

#[test]
fn a_damaged_nonce_of_the_last_segment_does_not_pass_for_a_torn_write() {
    let memory = Memory::new();
    let mut log = create(&memory).unwrap();
    while memory.paths().len() < 2 {
        commit(&mut log, 9).unwrap();
    }
    commit(&mut log, 3).unwrap();
    let path = memory.paths().pop().unwrap();
    for byte in 48..64 {
        let damaged = memory.fork();
        damaged.flip(&path, byte, 1);
        let found = open(&damaged, Mode::Writer).map(|_| ());
        assert_eq!(place(found).2, 64, "byte {byte}");
    }
}

#[test]
fn unreadable_bytes_are_never_a_torn_write() {
    let memory = several_batches();
    for mode in [Mode::Writer, Mode::ReadOnly] {
        let mut failures = 0;
        for nth in 0..20 {
            let disk = memory.fork();
            disk.inject(Operation::Read, nth, Fault::Fail);
            match open(&disk, mode) {
                Ok(_) => {}
                Err(Error::Io { .. }) => failures += 1,
                Err(other) => panic!("{other}"),
            }
            assert_eq!(disk.paths(), memory.paths());
            assert_eq!(disk.read(FIRST), memory.read(FIRST));
        }
        assert!(failures >= 3, "{failures}");
    }
}

#[test]
fn a_disk_that_lies_about_a_write_is_caught_by_the_next_batch() {
    let memory = Memory::new();
    let mut log = create(&memory).unwrap();
    commit(&mut log, 3).unwrap();
    memory.inject(Operation::Write, 0, Fault::Lie);
    commit(&mut log, 3).unwrap();
    commit(&mut log, 1).unwrap();
    drop(log);
    let (seq, segment, offset) = place(open(&memory, Mode::Writer).map(|_| ()));
    let (start, len, last) = *frames_before(&memory, 4).last().unwrap();
    assert_eq!((seq, segment.as_str(), offset, last), (4, FIRST, start + len, 3));
}

#[test]
fn a_disk_that_lies_about_a_sync_loses_nothing_in_silence() {
    for seed in 0..200 {
        println!("seed {seed}");
        let mut random = Random(seed);
        let memory = Memory::new();
        let mut log = create(&memory).unwrap();
        commit(&mut log, 3).unwrap();
        memory.inject(Operation::Sync, 0, Fault::Lie);
        commit(&mut log, 3).unwrap();
        // This sync is honest, but the crash may lose only what it did not cover: nothing.
        commit(&mut log, 2).unwrap();
        memory.crash(&mut |limit| random.below(limit));
        assert_eq!(open(&memory, Mode::Writer).unwrap().2.len(), 9);
    }
}

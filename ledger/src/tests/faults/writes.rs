//! Writes that end anywhere, go elsewhere, or whose sync failed.

use crate::storage::memory::{Fault, Operation};
use crate::tests::checkpoints::{born, grow, sign};
use crate::tests::support::{
    FIRST, Random, commit, create, frames, open, place, record, several_batches,
};
use crate::*;

#[test]
fn a_last_batch_that_ends_at_any_byte_keeps_its_whole_records_and_every_byte() {
    let memory = several_batches();
    let frames = frames(&memory);
    let whole = memory.read(FIRST).unwrap();
    let [.., (before_last, _, _), _] = frames[..] else { panic!("there are two batches") };
    // The last two records are the last batch.
    for end in usize::try_from(before_last).unwrap()..whole.len() {
        let cut = memory.fork();
        cut.write(FIRST, &whole[..end]);
        let kept = frames.iter().filter(|(at, len, _)| at + len <= end as u64).count();
        let (good_end, size) = (frames[kept - 1].0 + frames[kept - 1].1, kept as u64);
        let (_, opening, links) = open(&cut, Mode::Writer).unwrap();
        assert_eq!((opening.head.size, links.len()), (size, kept), "cut at {end}");
        let lost = &whole[usize::try_from(good_end).unwrap()..end];
        // Zeros are no part of what was written: a frame begins with those of its length.
        if lost.iter().all(|byte| *byte == 0) {
            assert_eq!(opening.tail, Tail::Whole, "cut at {end}");
            continue;
        }
        let Tail::Cut(torn) = opening.tail else { panic!("cut at {end}: {:?}", opening.tail) };
        assert_eq!((torn.seq, torn.offset), (size, good_end), "cut at {end}");
        let saved = cut.read(&torn.saved_as.unwrap()).unwrap();
        assert!(lost.starts_with(&saved), "cut at {end}");
        assert!(lost[saved.len()..].iter().all(|byte| *byte == 0), "cut at {end}");
    }
}

#[test]
fn a_log_that_ends_at_any_byte_below_its_checkpoint_is_refused_and_left_alone() {
    let (node, mut log, mut checkpointer) = born();
    for count in [2, 3] {
        grow(&mut log, count).unwrap();
    }
    sign(&mut checkpointer);
    log.close().unwrap();
    let whole = node.disk.read(FIRST).unwrap();
    let mut starts: Vec<(usize, u64)> = Vec::new();
    let mut at = 64;
    while at < whole.len() {
        starts.push((at, starts.len() as u64));
        at += u32::from_be_bytes(whole[at..at + 4].try_into().unwrap()) as usize;
    }
    for end in 64..whole.len() {
        let cut = node.disk.fork();
        cut.write(FIRST, &whole[..end]);
        let lost = starts.iter().rfind(|(at, _)| *at <= end).unwrap();
        let (seq, segment, offset) = place(open(&cut, Mode::Writer));
        assert_eq!((segment.as_str(), offset, seq), (FIRST, lost.0 as u64, lost.1), "cut at {end}");
        assert_eq!(cut.read(FIRST).unwrap().len(), end, "nothing was cut");
        assert!(cut.paths().iter().all(|path| !path.contains("torn")), "nothing was saved");
    }
}

/// The first of two batches lands in another place of the file than it was sent to, and the disk says
/// that all is well.
#[test]
fn a_misdirected_write_is_found_before_it_is_signed_and_when_the_log_is_opened() {
    let whole = several_batches().read(FIRST).unwrap().len() as u64;
    let mut random = Random(11);
    for round in 0..400 {
        let (node, mut log, mut checkpointer) = born();
        grow(&mut log, 5).unwrap();
        let end = node.disk.read(FIRST).unwrap().len() as u64;
        let offset = match random.below(whole) {
            same if same == end => continue,
            elsewhere => elsewhere,
        };
        node.disk.inject(Operation::Write, 0, Fault::Misdirect { offset });
        commit(&mut log, 3).unwrap();
        commit(&mut log, 2).unwrap();
        let followed = checkpointer.follow(u64::MAX, &mut |_, _| {});
        assert!(matches!(followed, Err(Error::Integrity(_))), "round {round} offset {offset}");
        assert!(matches!(checkpointer.sign(), Err(Error::Halted)));
        drop((log, checkpointer));
        let (seq, segment, _) = place(open(&node.disk, Mode::Writer).map(|_| ()));
        assert!(segment == FIRST && seq <= 6, "round {round} offset {offset}: record {seq}");
    }
}

/// After an error of `fdatasync` the page cache may hold bytes that it takes for clean and that are
/// not on the disk. Whoever opens the log then reads them.
#[test]
fn what_is_read_after_a_failed_sync_is_durable_once_the_log_is_open() {
    for seed in 0..100 {
        println!("seed {seed}");
        let mut random = Random(seed);
        let memory = Memory::new();
        let mut log = create(&memory).unwrap();
        if random.below(2) == 0 {
            log.reserve().unwrap();
        }
        commit(&mut log, 3).unwrap();
        memory.inject(Operation::Sync, 0, Fault::Forget);
        let batch: Vec<Pending> = (4..5 + random.below(9)).map(record).collect();
        let failed = log.commit(&batch, &mut Vec::new()).err();
        assert!(matches!(failed, Some(Error::OutcomeUnknown { .. })), "{failed:?}");
        drop(log);
        let (log, opening, links) = open(&memory, Mode::Writer).unwrap();
        assert_eq!((opening.tail, links.len()), (Tail::Whole, 4 + batch.len()));
        drop(log);
        memory.crash(&mut |_| 0);
        assert_eq!(open(&memory, Mode::Writer).unwrap().2, links);
    }
}

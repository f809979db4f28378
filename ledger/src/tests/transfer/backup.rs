//! Backups, beside a writer too, and what may be restored where.

use crate::Mode;
use crate::storage::memory::{Fault, Operation};
use crate::storage::{Files, Memory, Storage};
use crate::tests::checkpoints::{born, grow};
use crate::tests::support::{
    FIRST, commit, create, nonces, open, record_with_payload, sized_record,
};
use crate::tests::transfer::support::{
    erase, exported, imported, is_empty, log_of, redaction, sample, signed_sample, verified,
};
use crate::transfer::{BackedUp, Refusal, backup, restore};
use crate::{Blobs, Error, GuardProblem, Payload, Reason, Result};

fn backed_up<S: Storage>(source: &S, size: u64, target: &Memory) -> Result<BackedUp> {
    backup(source, size, target, &mut |_, _| {})
}

#[test]
fn a_backup_is_the_same_log_in_the_same_bytes() {
    let source = signed_sample(260, &[20, 240, 260]);
    let notes = source.read("checkpoints").unwrap();
    source.write("cosigned", &notes);
    let name = Blobs::new(source.clone()).store(&[7; 16], &mut &b"content"[..]).unwrap().name;
    assert!(source.paths().len() > 4, "the log rolled");
    for size in [1, 2, 7, 80, 259, 260] {
        let target = Memory::new();
        let mut heard = Vec::new();
        let done = backup(&source, size, &target, &mut |done, total| heard.push((done, total)));
        let done = done.unwrap();
        // Record 1 is erased, so the copy has record 6, which says so.
        let expected = if size == 1 { 1 } else { size.max(7) };
        assert_eq!((done.head.size, done.blobs), (expected, 1));
        assert_eq!(heard.last(), Some(&(expected, expected)));
        assert_eq!(verified(&target), (done.head, done.log_id));
        assert_eq!(exported(&target, 0..size), exported(&source, 0..size));
        for path in target.paths().iter().filter(|path| path.ends_with(".seg")) {
            let (copy, original) = (target.read(path).unwrap(), source.read(path).unwrap());
            assert_eq!(copy, original[..copy.len()], "{path}");
        }
        assert_eq!(Blobs::new(target.clone()).read(&name, 99).unwrap(), b"content");
        let kept = target.read("checkpoints").unwrap();
        assert_eq!(target.read("cosigned"), Some(kept.clone()));
        let copied = usize::try_from(done.checkpoints).unwrap();
        assert_eq!(kept, notes[..kept.len()]);
        assert_eq!(copied, [20, 240, 260].iter().filter(|at| **at <= size).count());
        let (mut log, _, _) = open(&target, Mode::Writer).unwrap();
        commit(&mut log, 2).unwrap();
    }
    let short = backed_up(&source, 261, &Memory::new()).err();
    assert!(matches!(short, Some(Error::Short { found: 260, expected: 261 })), "{short:?}");
}

#[test]
fn a_backup_beside_a_writer_has_what_was_durable() {
    let dir = tempfile::tempdir().unwrap();
    let files = Files::new(dir.path());
    let mut log = create(&files).unwrap();
    let reader = log.reader();
    let (begun, begins) = std::sync::mpsc::channel();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            for round in 0..150 {
                log.reserve().unwrap();
                commit(&mut log, 1 + round % 9).unwrap();
                begun.send(()).unwrap_or(());
            }
            log.close().unwrap();
        });
        for _ in 0..6 {
            begins.recv().unwrap();
            let head = reader.head();
            let target = Memory::new();
            let done = backed_up(&files, head.size, &target).unwrap();
            assert_eq!((done.head, verified(&target).0), (head, head));
        }
    });
}

#[test]
fn a_payload_that_is_erased_meanwhile_takes_its_redaction_along() {
    let source = Memory::new();
    let mut log = create(&source).unwrap();
    log.commit(&[record_with_payload(1, vec![7; 40])], &mut Vec::new()).unwrap();
    commit(&mut log, 40).unwrap();
    let size = log.head().size;
    let redact = redaction(size, 1);
    log.commit(&[redact], &mut Vec::new()).unwrap();
    commit(&mut log, 3).unwrap();
    let target = Memory::new();
    assert_eq!(backed_up(&source, size, &target).unwrap().head.size, size);
    erase(&source, 1);
    let target = Memory::new();
    assert_eq!(backed_up(&source, size, &target).unwrap().head.size, size + 1);
    let read = log_of(&target).reader().read(1).unwrap().unwrap();
    assert_eq!((read.payload(), verified(&target).0.size), (Payload::Erased, size + 1));
    // Without such a record it is damage, and there is no backup.
    let source = Memory::new();
    let mut log = create(&source).unwrap();
    log.commit(&[record_with_payload(1, vec![7; 40])], &mut Vec::new()).unwrap();
    commit(&mut log, 4).unwrap();
    erase(&source, 1);
    let target = Memory::new();
    let error = backed_up(&source, 3, &target).err();
    let Some(Error::Integrity(found)) = error else { panic!("{error:?}") };
    assert_eq!((found.seq, found.reason), (1, Reason::ErasedWithoutRecord));
    is_empty(&target);
}

#[test]
fn a_payload_whose_erasing_was_cut_short_is_erased_in_the_copy() {
    let source = sample(20);
    let (log, _, _) = open(&source, Mode::ReadOnly).unwrap();
    let entry = log.reader().read(1).unwrap().unwrap();
    // The zeros are there, and what says that they are a payload's is not yet.
    let half = source.fork();
    let mut bytes = half.read(&entry.segment).unwrap();
    bytes[usize::try_from(entry.offset).unwrap() + 14] = 0;
    half.write(&entry.segment, &bytes);
    let target = Memory::new();
    assert_eq!(backed_up(&half, 20, &target).unwrap().head, verified(&target).0);
    assert_eq!(target.read(&entry.segment), source.read(&entry.segment));
}

#[test]
fn damage_anywhere_in_the_source_is_no_backup() {
    let source = signed_sample(30, &[20]);
    let entry = log_of(&source).reader().read(1).unwrap().unwrap();
    let (start, end) = (entry.offset, entry.offset + entry.frame_bytes());
    let fields = [start + 8, start + 9, start + 10, start + 11, start + 14];
    let erased: Vec<u64> = fields.into_iter().chain(end - 24..end).collect();
    for path in source.paths().iter().filter(|path| path.ends_with(".seg")) {
        let len = source.read(path).unwrap().len() as u64;
        for byte in (0..len).filter(|byte| byte % 11 == 0 || *byte < 70) {
            let damaged = source.fork();
            damaged.flip(path, byte, 0x10);
            let target = Memory::new();
            let error = match backed_up(&damaged, 30, &target) {
                Ok(_) => {
                    // What a redaction writes may be damaged: it is written again in the copy.
                    assert!(path == FIRST && erased.contains(&byte), "byte {byte}");
                    assert_eq!(target.read(path).unwrap(), source.read(path).unwrap());
                    continue;
                }
                Err(error) => error,
            };
            assert!(matches!(error, Error::Integrity(_)), "{path} byte {byte}: {error:?}");
            is_empty(&target);
            let error = restore(&damaged, None, &target, &mut |_, _| {}).err();
            let refused = matches!(
                error,
                Some(Error::Integrity(_) | Error::Restore { refusal: Refusal::Torn { .. } })
            );
            assert!(refused, "{path} byte {byte}: {error:?}");
            is_empty(&target);
        }
    }
    for byte in 0..source.read("checkpoints").unwrap().len() as u64 {
        let damaged = source.fork();
        damaged.flip("checkpoints", byte, 1);
        let target = Memory::new();
        // A last note that is not ended may be what a crash left, and is left out.
        if let Ok(done) = backed_up(&damaged, 30, &target) {
            assert_eq!((done.checkpoints, verified(&target).0.size), (0, 30), "byte {byte}");
        } else {
            is_empty(&target);
        }
    }
}

#[test]
fn a_target_that_lies_or_fails_gets_no_log() {
    let source = sample(260);
    let mut refused = 0;
    for (operation, fault) in [
        (Operation::Write, Fault::Lie),
        (Operation::Write, Fault::Misdirect { offset: 3 }),
        (Operation::Write, Fault::NoSpace),
        (Operation::Sync, Fault::Fail),
        (Operation::SyncDir, Fault::Fail),
        (Operation::Create, Fault::NoSpace),
        (Operation::Read, Fault::Fail),
    ] {
        for nth in 0..3 {
            let target = Memory::new();
            target.inject(operation, nth, fault);
            match backed_up(&source, 260, &target) {
                Ok(done) => assert_eq!(verified(&target.fork()).0, done.head),
                Err(_) => {
                    refused += 1;
                    is_empty(&target);
                    backed_up(&source, 260, &target).unwrap();
                }
            }
        }
    }
    assert!(refused > 14, "{refused}");
}

#[test]
fn a_backup_is_restored_only_where_nothing_is() {
    let source = sample(40);
    let saved = Memory::new();
    backed_up(&source, 40, &saved).unwrap();
    let refusal = |target: &Memory| {
        let paths = target.paths();
        let error = restore(&saved, None, target, &mut |_, _| {}).err();
        assert_eq!(target.paths(), paths, "nothing is overwritten");
        let Some(Error::Restore { refusal }) = error else { panic!("{error:?}") };
        refusal
    };
    let empty = Memory::new();
    let done = restore(&saved, None, &empty, &mut |_, _| {}).unwrap();
    assert_eq!(verified(&empty), (done.head, done.log_id));
    assert_eq!(verified(&empty), verified(&source));
    let dir = tempfile::tempdir().unwrap();
    let files = Files::new(dir.path());
    assert_eq!(restore(&saved, None, &files, &mut |_, _| {}).unwrap(), done);
    assert_eq!(verified(&files), verified(&source));
    assert_eq!(open(&files, Mode::Writer).unwrap().2.len(), 40);
    assert_eq!(refusal(&empty), Refusal::Older { backup: 40, target: 40 });
    let older = Memory::new();
    backed_up(&source, 20, &older).unwrap();
    assert_eq!(refusal(&older), Refusal::Older { backup: 40, target: 20 });
    let (mut log, _, _) = open(&source, Mode::Writer).unwrap();
    commit(&mut log, 3).unwrap();
    log.close().unwrap();
    assert_eq!(refusal(&source), Refusal::Newer { backup: 40, target: 43 });
    let (mut log, _, _) = open(&older, Mode::Writer).unwrap();
    log.commit(&[sized_record(20, 7)], &mut Vec::new()).unwrap();
    log.close().unwrap();
    assert_eq!(refusal(&older), Refusal::Diverged { seq: 20 });
    let other = Memory::new();
    let genesis = crate::Pending { time: 5, ..crate::tests::support::genesis() };
    let limits = crate::tests::support::SMALL;
    drop(crate::Log::create(other.clone(), limits, nonces(9), &genesis).unwrap());
    let target = verified(&other).1;
    assert_eq!(refusal(&other), Refusal::OtherLog { backup: verified(&saved).1, target });
    let was = Memory::new();
    was.write("log/torn-9-0", b"x");
    let error = restore(&saved, None, &was, &mut |_, _| {}).err();
    assert!(matches!(error, Some(Error::FirstSegmentMissing { .. })), "{error:?}");
    let (id, text) = (verified(&source).1, exported(&saved, 0..40));
    let again = Memory::new();
    assert_eq!(imported(&again, &text).unwrap().log_id, id);
    assert_eq!(refusal(&again), Refusal::Older { backup: 40, target: 40 });
}

#[test]
fn a_backup_that_the_guard_knows_better_than_is_not_restored() {
    let (node, mut log, mut checkpointer) = born();
    grow(&mut log, 9).unwrap();
    let saved = Memory::new();
    let mut sign = || {
        checkpointer.follow(u64::MAX, &mut |_, _| {}).unwrap();
        checkpointer.sign().unwrap();
    };
    sign();
    backed_up(&node.disk, 10, &saved).unwrap();
    let restored = |target: &Memory| {
        restore(&saved, Some(&node.guards), target, &mut |_, _| {}).map(|done| done.head.size)
    };
    assert_eq!(restored(&Memory::new()).unwrap(), 10);
    grow(&mut log, 1).unwrap();
    sign();
    let target = Memory::new();
    let error = restored(&target).err();
    let problem = GuardProblem::Shorter { size: 10, guarded: 11 };
    assert!(
        matches!(&error, Some(Error::Guard { problem: found, .. }) if *found == problem),
        "{error:?}"
    );
    is_empty(&target);
    // Without a guard, nobody here knows of more.
    assert_eq!(restore(&saved, None, &target, &mut |_, _| {}).unwrap().head.size, 10);
}

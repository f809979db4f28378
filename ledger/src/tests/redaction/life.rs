//! A payload that is erased while the log goes on.

use super::support::{commit, links, mentions, pending, secret, shows, tells};
use crate::storage::memory::{Fault, Operation};
use crate::storage::{Files, Memory};
use crate::tests::support::{SMALL, create, nonces, open, record_with_payload, redaction};
use crate::{Erased, Error, Log, Mode, Payload, Verdict, VerifyOptions, verify};

fn redacted_log() -> (Memory, Log<Memory>) {
    let memory = Memory::new();
    let mut log = create(&memory).unwrap();
    commit(&mut log, 5, &[1, 2, 4], &[]).unwrap();
    commit(&mut log, 2, &[], &[(6, 2)]).unwrap();
    (memory, log)
}

#[test]
fn the_payload_goes_and_everything_else_stays() {
    let (memory, mut log) = redacted_log();
    let before = verify(&memory, VerifyOptions::default(), &mut |_, _| {}).unwrap();
    let links_before = links(&memory);
    assert!(tells(&memory, 2));
    assert_eq!(log.erase(&[6]).unwrap(), Erased { payloads: 1, blobs: 0, torn: 0 });
    assert!(!tells(&memory, 2) && tells(&memory, 1) && tells(&memory, 4));
    assert!(shows(&log, 1) && !shows(&log, 2) && shows(&log, 4));
    let after = verify(&memory, VerifyOptions::default(), &mut |_, _| {}).unwrap();
    assert_eq!((after.head, after.watched.root), (before.head, before.watched.root));
    assert_eq!((links(&memory), pending(&memory).unwrap()), (links_before, Vec::new()));
    // Once more changes nothing, and the log goes on.
    let bytes = memory.read("log/00000000000000000000.seg");
    assert_eq!(log.erase(&[6]).unwrap(), Erased::default());
    assert_eq!(memory.read("log/00000000000000000000.seg"), bytes);
    commit(&mut log, 2, &[8], &[(9, 1)]).unwrap();
    assert_eq!(log.erase(&[9, 6]).unwrap().payloads, 1);
    log.close().unwrap();
    let (log, opening, _) = open(&memory, Mode::Writer).unwrap();
    assert_eq!((opening.pending.count, shows(&log, 8)), (0, true));
    assert!(!tells(&memory, 1) && !tells(&memory, 2));
}

#[test]
fn nothing_is_erased_without_a_redaction_that_took_effect() {
    let (memory, mut log) = redacted_log();
    let denied = crate::Pending {
        verdict: Verdict::Deny,
        core: crate::tests::support::core(&[], 3, None),
        ..redaction(8, 1)
    };
    log.commit(&[denied], &mut Vec::new()).unwrap();
    let bytes = memory.read("log/00000000000000000000.seg");
    for seq in [0, 1, 5, 8, 9, u64::MAX] {
        let error = log.erase(&[6, seq]).err();
        assert!(
            matches!(error, Some(Error::NoRedaction { seq: found }) if found == seq),
            "{error:?}"
        );
    }
    assert_eq!(memory.read("log/00000000000000000000.seg"), bytes);
    assert_eq!(log.erase(&[]).unwrap(), Erased::default());
    let (mut reader, _, _) = open(&memory, Mode::ReadOnly).unwrap();
    assert!(matches!(reader.erase(&[6]), Err(Error::ReadOnly)));
    // The log goes on after all of that.
    commit(&mut log, 1, &[], &[]).unwrap();
}

#[test]
fn a_redaction_that_is_pending_withholds_the_payload() {
    let (memory, log) = redacted_log();
    log.close().unwrap();
    assert_eq!(pending(&memory).unwrap(), [2]);
    let changes = memory.changes();
    let (log, opening, _) = open(&memory, Mode::ReadOnly).unwrap();
    assert_eq!((opening.pending.count, &opening.pending.seqs[..]), (1, &[2][..]));
    let entry = log.reader().read(2).unwrap().unwrap();
    assert_eq!(entry.payload(), Payload::Erased);
    assert_eq!(entry.into_owned().payload(), Payload::Erased);
    assert!(shows(&log, 1));
    let back: Vec<_> = log.reader().range_back(0..7).map(Result::unwrap).collect();
    assert_eq!(back.iter().filter(|entry| mentions(entry.frame(), 2)).count(), 1);
    assert!(back.iter().all(|entry| match entry.payload() {
        Payload::Whole { bytes, .. } => !mentions(bytes, 2),
        Payload::None | Payload::Erased => true,
    }));
    assert_eq!(memory.changes(), changes, "a reader changes nothing");
    let (log, opening, _) = open(&memory, Mode::Writer).unwrap();
    assert_eq!(opening.pending.count, 1, "it says what it has completed");
    assert!(!shows(&log, 2) && !tells(&memory, 2));
    drop(log);
    assert_eq!(open(&memory, Mode::Writer).unwrap().1.pending.count, 0);
}

#[test]
fn saved_torn_writes_go_with_the_payload() {
    let (memory, mut log) = redacted_log();
    memory.write("log/torn-9-0", &[&secret(2)[..], b"and more"].concat());
    memory.write("log/torn-2-7", &secret(2));
    let erased = log.erase(&[6]).unwrap();
    assert_eq!(erased, Erased { payloads: 1, blobs: 0, torn: 2 });
    assert!(memory.paths().iter().all(|path| !path.contains("torn")));
    assert!(!tells(&memory, 2));
    memory.crash(&mut |_| 0);
    assert!(memory.paths().iter().all(|path| !path.contains("torn")));
}

#[test]
fn an_opening_that_completes_does_not_name_a_copy_that_is_gone() {
    let (memory, mut log) = redacted_log();
    commit(&mut log, 2, &[], &[]).unwrap();
    log.close().unwrap();
    let path = memory.paths().pop().unwrap();
    let bytes = memory.read(&path).unwrap();
    memory.write(&path, &bytes[..bytes.len() - 7]);
    let (_, opening, _) = open(&memory, Mode::Writer).unwrap();
    let crate::Tail::Cut(torn) = opening.tail else { panic!("the tail was torn") };
    assert_eq!((torn.seq, torn.saved_as, opening.pending.count), (9, None, 1));
    assert!(memory.paths().iter().all(|path| !path.contains("torn")));
}

#[test]
fn a_disk_that_fails_or_lies_halts_the_log_and_the_next_opening_completes() {
    for (operation, fault) in [
        (Operation::Write, Fault::Fail),
        (Operation::Write, Fault::Short { bytes: 9 }),
        (Operation::Write, Fault::Lie),
        (Operation::Sync, Fault::Fail),
    ] {
        for nth in 0..3 {
            let (memory, mut log) = redacted_log();
            if operation == Operation::Sync && nth > 0 {
                continue;
            }
            memory.inject(operation, nth, fault);
            let error = log.erase(&[6]).err();
            assert!(
                matches!(error, Some(Error::OutcomeUnknown { .. })),
                "{operation:?} {nth}: {error:?}"
            );
            assert!(matches!(log.erase(&[6]), Err(Error::Halted)));
            assert!(matches!(commit(&mut log, 1, &[], &[]), Err(Error::Halted)));
            assert!(!shows(&log, 2), "a reader that is still there is not handed it");
            drop(log);
            memory.crash(&mut |_| 0);
            assert_eq!(pending(&memory).unwrap(), [2]);
            drop(open(&memory, Mode::Writer).unwrap());
            assert!(!tells(&memory, 2) && pending(&memory).unwrap().is_empty());
        }
    }
}

#[test]
fn readers_beside_the_writer_see_the_payload_or_that_it_is_erased() {
    const RECORDS: u64 = 60;
    let dir = tempfile::tempdir().unwrap();
    let files = Files::new(dir.path());
    let mut log = create(&files).unwrap();
    for seq in 1..=RECORDS {
        log.commit(&[record_with_payload(seq, secret(seq))], &mut Vec::new()).unwrap();
    }
    let reader = log.reader();
    std::thread::scope(|scope| {
        let reading = scope.spawn(move || {
            let mut rounds = 0;
            loop {
                let mut erased = 0;
                for entry in reader.range(1..RECORDS + 1).map(Result::unwrap) {
                    match entry.payload() {
                        Payload::Whole { bytes, .. } => assert_eq!(bytes, secret(entry.header.seq)),
                        Payload::Erased => erased += 1,
                        Payload::None => panic!("it has a payload"),
                    }
                }
                rounds += 1;
                if erased == RECORDS {
                    return rounds;
                }
            }
        });
        for seq in 1..=RECORDS {
            let at = log.head().size;
            commit(&mut log, 1, &[], &[(at, seq)]).unwrap();
            log.erase(&[at]).unwrap();
        }
        assert!(reading.join().unwrap() >= 1);
    });
    log.close().unwrap();
    let options = crate::OpenOptions { limits: SMALL, ..crate::OpenOptions::writer() };
    let visit = &mut |_: &crate::Entry<'_>| std::ops::ControlFlow::Continue(());
    let (_, opening) = Log::open(files, options, nonces(9), visit).unwrap();
    assert_eq!(opening.pending.count, 0);
}

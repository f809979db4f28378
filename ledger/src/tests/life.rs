//! A log's life without accidents: birth, commits, rolling, reading, locking, refusals.

use crate::Mode;
use crate::hash::{Hasher as _, Shake};
use crate::storage::memory::{Fault, Operation};
use crate::storage::{Files, Memory, Storage};
use crate::tests::support::{
    CONSTITUTION, FIRST, SMALL, commit, core_with_arguments, create, genesis, genesis_arguments,
    genesis_event, nonces, open, record, record_with_payload, sized_record,
};
use crate::{
    Error, Hashing, Limits, Log, Payload, Pending, Reason, Reserved, Tail, Verdict, VerifyOptions,
    verify,
};

fn a_life<S: Storage>(storage: &S) {
    let mut log = create(storage).unwrap();
    let mut links = vec![log.head().link];
    for round in 0..30 {
        assert_eq!(log.reserve().unwrap(), Reserved::Yes);
        links.extend(commit(&mut log, 1 + round % 7).unwrap().iter().map(|sealed| sealed.link));
    }
    let head = log.head();
    assert_eq!(head.size, links.len() as u64);
    assert_eq!(*links.last().unwrap(), head.link);
    log.close().unwrap();

    for mode in [Mode::ReadOnly, Mode::Writer] {
        let (log, opening, read) = open(storage, mode).unwrap();
        assert_eq!(read, links);
        assert_eq!(opening.tail, Tail::Whole);
        assert_eq!((log.head(), log.log_id()), (head, links[0]));
    }
    for hashing in [Hashing::Shake, Hashing::TinyKeccak] {
        for threads in [1, 2] {
            let report = verify(storage, VerifyOptions { hashing, threads }, &mut |_, _| {});
            let report = report.unwrap();
            assert_eq!((report.head, report.tail, report.log_id), (head, Tail::Whole, links[0]));
            assert!(report.segments > 1, "the log should have rolled");
        }
    }
}

#[test]
fn a_log_reads_back_what_was_committed() {
    a_life(&Memory::new());
    let dir = tempfile::tempdir().unwrap();
    a_life(&Files::new(dir.path()));
}

#[test]
fn a_reader_finds_every_record_forwards_backwards_and_alone() {
    let memory = Memory::new();
    let mut log = create(&memory).unwrap();
    let reader = log.reader();
    assert_eq!(reader.range(0..99).count(), 1);
    for _ in 0..120 {
        commit(&mut log, 6).unwrap();
    }
    let size = log.head().size;
    let seqs = |entries: Vec<crate::Entry<'_>>| -> Vec<u64> {
        entries.iter().map(|entry| entry.header.seq).collect()
    };
    let forward: Vec<_> = reader.range(3..u64::MAX).collect::<Result<_, _>>().unwrap();
    assert_eq!(seqs(forward), (3..size).collect::<Vec<_>>());
    let back: Vec<_> = reader.range_back(0..size - 2).collect::<Result<_, _>>().unwrap();
    assert_eq!(seqs(back), (0..size - 2).rev().collect::<Vec<_>>());
    for seq in 0..size {
        assert_eq!(reader.read(seq).unwrap().unwrap().header.seq, seq);
    }
    assert!(reader.read(size).unwrap().is_none());
    assert_eq!(log.head().link, reader.read(size - 1).unwrap().unwrap().link);
}

#[test]
fn payloads_and_salts_read_back() {
    let memory = Memory::new();
    let mut log = create(&memory).unwrap();
    let batch = [record_with_payload(1, b"hello".to_vec()), record(2)];
    log.commit(&batch, &mut Vec::new()).unwrap();
    let entry = log.reader().read(1).unwrap().unwrap();
    let part = batch[0].payload.as_ref().unwrap();
    assert_eq!(entry.payload(), Payload::Whole { salt: part.salt(), bytes: b"hello" });
    assert_eq!((entry.core(), entry.core_salt()), (&batch[0].core[..], &batch[0].salt));
    assert_eq!(log.reader().read(2).unwrap().unwrap().payload(), Payload::None);
}

#[test]
fn one_writer_at_a_time_and_readers_beside_it() {
    fn check<S: Storage>(storage: &S) {
        let log = create(storage).unwrap();
        let holder = Some(std::process::id());
        let second = open(storage, Mode::Writer).err().unwrap();
        assert!(matches!(second, Error::Locked { holder: found } if found == holder), "{second}");
        assert_eq!(open(storage, Mode::ReadOnly).unwrap().2.len(), 1);
        drop(log);
        open(storage, Mode::Writer).unwrap();
    }
    check(&Memory::new());
    let dir = tempfile::tempdir().unwrap();
    check(&Files::new(dir.path()));
}

#[test]
fn a_log_never_starts_over_what_is_there() {
    let check = |path: &str, expected: &str| {
        let memory = Memory::new();
        memory.write(path, b"x");
        let found = create(&memory).err().unwrap().to_string();
        assert_eq!(found, expected);
        assert_eq!(memory.read(path).unwrap(), b"x");
    };
    check(FIRST, &format!("a log cannot begin here: {FIRST} exists"));
    check("log/torn-3-0", "a log cannot begin here: log/torn-3-0 exists");
    let later = "log/00000000000000000009.seg.tmp";
    check(later, &format!("a log cannot begin here: {later} exists"));
    check("checkpoints", "a log cannot begin here: checkpoints exists");
    check("log/notes", "log/notes does not belong into a log");
    let memory = Memory::new();
    memory.write("log/00000000000000000000.seg.tmp", b"half a birth");
    create(&memory).unwrap();
    assert_eq!(memory.paths(), [FIRST]);
}

#[test]
fn what_is_no_log_is_not_opened() {
    let check = |paths: &[&str], expected: &str| {
        for mode in [Mode::Writer, Mode::ReadOnly] {
            let memory = Memory::new();
            paths.iter().for_each(|path| memory.write(path, b"x"));
            assert_eq!(open(&memory, mode).err().unwrap().to_string(), expected);
            assert_eq!(memory.paths(), paths);
        }
    };
    check(&[], "there is no log here");
    check(&["log/00000000000000000000.seg.tmp"], "there is no log here");
    check(&["log/torn-1-0"], "the first segment is missing beside log/torn-1-0");
    let later = "log/00000000000000000007.seg";
    check(&[later], &format!("the first segment is missing beside {later}"));
    let rolled = "log/00000000000000000007.seg.tmp";
    check(&[rolled], &format!("the first segment is missing beside {rolled}"));
    check(&[FIRST, "log/x"], "log/x does not belong into a log");
    check(
        &[FIRST],
        &format!(
            "integrity failure at record 0, {FIRST} byte 0: segment has 1 bytes, fewer than its header"
        ),
    );
}

#[test]
fn records_that_no_reader_would_accept_are_refused_and_the_log_goes_on() {
    let memory = Memory::new();
    let mut log = create(&memory).unwrap();
    let changes = memory.changes();
    let mut check = |name: &str, change: &dyn Fn(&mut Pending)| {
        let mut bad = record(2);
        change(&mut bad);
        let mut out = Vec::new();
        let error = log.commit(&[record(1), bad], &mut out).err();
        assert!(matches!(error, Some(Error::Invalid { .. })), "{name}: {error:?}");
        assert!(out.is_empty(), "{name}");
    };
    check("gap", &|record| record.seq = 3);
    check("time", &|record| record.time = 1_001);
    check("actor", &|record| record.actor = 1 << 56);
    check("actor class", &|record| record.actor = 5 << 56 | 1);
    check("cause", &|record| record.cause = Some(2));
    check("command id", &|record| record.command_id = [0; 16]);
    check("kind", &|record| record.kind = 63);
    check("genesis", &|record| record.kind = 1);
    check("unrecognised", &|record| record.kind = 0);
    check("core", &|record| record.core.push(0));
    check("empty core", &|record| record.core.clear());
    check("payload", &|record| record.payload = record_with_payload(2, vec![1]).payload);
    check("rejected", &|record| (record.verdict, record.rejected) = (Verdict::Deny, true));
    assert_eq!(memory.changes(), changes, "nothing was written");
    commit(&mut log, 2).unwrap();
    assert_eq!(open(&memory.fork(), Mode::Writer).unwrap().2.len(), 3);
}

#[test]
fn batches_and_limits_are_held_to_their_bounds() {
    let memory = Memory::new();
    let mut log = create(&memory).unwrap();
    let mut refused = |batch: &[Pending]| {
        let error = log.commit(batch, &mut Vec::new()).err();
        assert!(matches!(error, Some(Error::Batch { .. })), "{error:?}");
    };
    refused(&[]);
    refused(&[sized_record(1, 9 << 10)]);
    refused(&(1..=60).map(record).collect::<Vec<_>>());
    let tight = Limits { segment_bytes: 12 << 10, ..SMALL };
    let created = Log::create(Memory::new(), tight, nonces(0), &genesis());
    assert!(matches!(created.err(), Some(Error::Limits { .. })));
}

#[test]
fn a_full_disk_is_told_before_anything_is_written() {
    let memory = Memory::new();
    let mut log = create(&memory).unwrap();
    log.reserve().unwrap();
    memory.set_capacity(Some(memory.used()));
    let mut refusals = 0;
    for _ in 0..40 {
        match log.reserve() {
            Ok(_) => drop(commit(&mut log, 9).unwrap()),
            Err(Error::NoSpace { .. }) => refusals += 1,
            Err(other) => panic!("{other}"),
        }
    }
    assert!(refusals > 0);
    let size = log.head().size;
    memory.set_capacity(None);
    log.reserve().unwrap();
    commit(&mut log, 9).unwrap();
    assert_eq!(open(&memory.fork(), Mode::Writer).unwrap().2.len() as u64, size + 9);
}

#[test]
fn a_file_system_without_reserving_is_no_obstacle() {
    let memory = Memory::new();
    let mut log = create(&memory).unwrap();
    memory.inject(Operation::Reserve, 0, Fault::Lie);
    assert_eq!(log.reserve().unwrap(), Reserved::Unsupported);
    for _ in 0..30 {
        assert_eq!(log.reserve().unwrap(), Reserved::Unsupported);
        commit(&mut log, 9).unwrap();
    }
    assert_eq!(open(&memory.fork(), Mode::Writer).unwrap().2.len(), 271);
}

#[test]
fn a_new_segment_without_reserving_is_not_believed_to_have_room() {
    let memory = Memory::new();
    let mut log = create(&memory).unwrap();
    // Nothing was reserved yet, so rolling is the first to learn that it cannot be done.
    memory.inject(Operation::Reserve, 0, Fault::Lie);
    while memory.paths().len() < 2 {
        commit(&mut log, 9).unwrap();
    }
    assert_eq!(memory.count(Operation::Reserve), 1);
    assert_eq!(log.reserve().unwrap(), Reserved::Unsupported);
}

#[test]
fn a_temporary_that_could_not_be_removed_is_replaced() {
    let memory = Memory::new();
    let mut log = create(&memory).unwrap();
    log.reserve().unwrap();
    memory.set_capacity(Some(memory.used() + 100));
    memory.inject(Operation::Remove, 0, Fault::Fail);
    while log.reserve().is_ok() {
        commit(&mut log, 9).unwrap();
    }
    let temporary = memory.paths().pop().unwrap();
    assert!(temporary.ends_with(".seg.tmp"), "{temporary}");
    assert!(matches!(log.reserve().err(), Some(Error::NoSpace { .. })));
    memory.set_capacity(None);
    log.reserve().unwrap();
    assert_eq!(memory.paths().len(), 2);
    commit(&mut log, 9).unwrap();
    let size = log.head().size;
    assert_eq!(open(&memory.fork(), Mode::Writer).unwrap().2.len() as u64, size);
}

#[test]
fn a_roll_replaces_no_file() {
    let memory = Memory::new();
    let mut log = create(&memory).unwrap();
    while log.head().size < 60 {
        commit(&mut log, 9).unwrap();
    }
    let first_seqs = (61..200).map(|seq| format!("log/{seq:020}.seg"));
    first_seqs.clone().for_each(|path| memory.write(&path, b"foreign"));
    while memory.paths().len() < 150 && commit(&mut log, 9).is_ok() {}
    assert!(matches!(commit(&mut log, 9).err(), Some(Error::Halted)));
    assert!({ first_seqs }.all(|path| memory.read(&path).unwrap() == b"foreign"));
}

#[test]
fn a_failed_write_or_sync_stops_the_log() {
    let check = |operation, fault| {
        let memory = Memory::new();
        let mut log = create(&memory).unwrap();
        commit(&mut log, 2).unwrap();
        memory.inject(operation, 0, fault);
        let error = commit(&mut log, 2).err();
        assert!(matches!(error, Some(Error::OutcomeUnknown { .. })), "{error:?}");
        assert_eq!(log.head().size, 3);
        let changes = memory.changes();
        assert!(matches!(commit(&mut log, 2).err(), Some(Error::Halted)));
        assert!(matches!(log.reserve().err(), Some(Error::Halted)));
        assert!(matches!(log.close().err(), Some(Error::Halted)));
        assert_eq!(memory.changes(), changes, "nothing was tried again");
        assert!(open(&memory, Mode::Writer).unwrap().2.len() >= 3);
    };
    check(Operation::Write, Fault::Fail);
    check(Operation::Write, Fault::Short { bytes: 300 });
    check(Operation::Write, Fault::NoSpace);
    check(Operation::Sync, Fault::Fail);
}

#[test]
fn a_visitor_can_stop_the_opening() {
    let memory = Memory::new();
    commit(&mut create(&memory).unwrap(), 5).unwrap();
    for threads in [1, 2] {
        let options = crate::OpenOptions { limits: SMALL, threads, ..crate::OpenOptions::writer() };
        let opened = Log::open(memory.clone(), options, nonces(0), &mut |entry| {
            if entry.header.seq == 3 {
                return std::ops::ControlFlow::Break(());
            }
            std::ops::ControlFlow::Continue(())
        });
        assert!(matches!(opened.err(), Some(Error::Stopped { seq: 3 })));
    }
}

#[test]
fn a_bad_genesis_is_refused() {
    let check = |change: &dyn Fn(&mut Pending), expected: &Reason| {
        let memory = Memory::new();
        let mut bad = genesis();
        change(&mut bad);
        match Log::create(memory.clone(), SMALL, nonces(0), &bad).err() {
            Some(Error::Invalid { seq: _, reason }) => assert_eq!(reason, *expected),
            other => panic!("{other:?}"),
        }
        assert!(memory.paths().is_empty());
    };
    check(&|record| record.kind = 64, &Reason::GenesisKind { found: 64 });
    check(&|record| record.verdict = Verdict::Warn, &Reason::GenesisRuling);
    let arguments = genesis_arguments(CONSTITUTION);
    let without_event = core_with_arguments(&arguments, &[], None);
    check(&|record| record.core.clone_from(&without_event), &Reason::KindEvent { kind: 1 });
    let other = genesis_arguments("constitution 2\n");
    let found = Shake::hash(&[b"weft/constitution/1", CONSTITUTION.as_bytes()]);
    let expected = Shake::hash(&[b"weft/constitution/1", b"constitution 2\n"]);
    let renamed = core_with_arguments(&other, &[&genesis_event()], None);
    let reason = Reason::Constitution { found, expected };
    check(&|record| record.core.clone_from(&renamed), &reason);
    check(&|record| record.seq = 1, &Reason::Seq { found: 1, expected: 0 });
}

#[test]
fn readers_beside_a_running_writer_never_see_damage() {
    fn check<S: Storage>(storage: &S) {
        let mut log = create(storage).unwrap();
        let running = std::sync::atomic::AtomicBool::new(true);
        std::thread::scope(|scope| {
            let readers = [1, 2].map(|threads| {
                let running = &running;
                scope.spawn(move || {
                    let mut looks = 0;
                    let mut size = 0;
                    while running.load(std::sync::atomic::Ordering::Relaxed) || looks == 0 {
                        let options = VerifyOptions { threads, ..VerifyOptions::default() };
                        let report = verify(storage, options, &mut |_, _| {}).unwrap();
                        assert!(report.head.size >= size, "a log only grows");
                        size = report.head.size;
                        let (_, opening, _) = open(storage, Mode::ReadOnly).unwrap();
                        assert!(opening.head.size >= size);
                        looks += 1;
                    }
                    looks
                })
            });
            for round in 0..400 {
                log.reserve().unwrap();
                commit(&mut log, 1 + round % 9).unwrap();
            }
            running.store(false, std::sync::atomic::Ordering::Relaxed);
            assert!(readers.into_iter().all(|reader| reader.join().unwrap() > 0));
        });
    }
    check(&Memory::new());
    let dir = tempfile::tempdir().unwrap();
    check(&Files::new(dir.path()));
}

#[test]
fn the_lock_file_names_its_holder() {
    let dir = tempfile::tempdir().unwrap();
    let log = create(&Files::new(dir.path())).unwrap();
    let text = std::fs::read_to_string(dir.path().join(crate::storage::LOCK_FILE)).unwrap();
    assert_eq!(text, format!("{}\n", std::process::id()));
    drop(log);
    let foreign = tempfile::tempdir().unwrap();
    assert!(matches!(open(&Files::new(foreign.path()), Mode::Writer), Err(Error::Missing)));
    assert_eq!(std::fs::read_dir(foreign.path()).unwrap().count(), 0, "not even a lock is left");
}

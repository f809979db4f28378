//! One writer, whatever happens to the file `lock` and whichever path leads to the log.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::Mode;
use crate::storage::memory::{Fault, Operation};
use crate::storage::{Files, LOCK_FILE, Memory, Storage};
use crate::tests::support::{FIRST, commit, create, open};
use crate::{Error, Occupancy, Reason, Result, Tail, occupancy};

fn assert_locked<T>(result: Result<T>) {
    match result {
        Err(Error::Locked { .. }) => {}
        Err(other) => panic!("another error: {other}"),
        Ok(_) => panic!("a second writer"),
    }
}

fn node(folder: &Path, name: &str) -> Files {
    let root = folder.join(name);
    fs::create_dir(&root).unwrap();
    Files::new(root)
}

#[test]
fn a_deleted_lock_file_lets_nobody_in() {
    let folder = tempfile::tempdir().unwrap();
    let files = Files::new(folder.path());
    let log = create(&files).unwrap();
    fs::remove_file(folder.path().join(LOCK_FILE)).unwrap();
    assert_locked(open(&files, Mode::Writer));
    assert_locked(create(&files));
    assert!(!folder.path().join(LOCK_FILE).exists(), "who is refused leaves nothing");
    drop(log);
    let log = open(&files, Mode::Writer).unwrap().0;
    fs::remove_file(folder.path().join(LOCK_FILE)).unwrap();
    assert_locked(open(&files, Mode::Writer));
    drop(log);
}

#[test]
fn who_asks_hears_who_writes() {
    let folder = tempfile::tempdir().unwrap();
    let files = Files::new(folder.path());
    let log = create(&files).unwrap();
    let holder = Some(std::process::id());
    assert_eq!(occupancy(&files).unwrap(), Occupancy::Taken { holder });
    assert_eq!(
        occupancy(&files).unwrap(),
        Occupancy::Taken { holder },
        "asking takes nothing away"
    );
    drop(log);
    assert_eq!(occupancy(&files).unwrap(), Occupancy::Free);
    let elsewhere = files.lock("log").unwrap();
    assert_eq!(occupancy(&files).unwrap(), Occupancy::Taken { holder: None });
    drop(elsewhere);
    open(&files, Mode::Writer).unwrap();
}

#[test]
fn two_data_directories_that_share_a_log_have_one_writer() {
    let folder = tempfile::tempdir().unwrap();
    let shared = folder.path().join("shared");
    fs::create_dir(&shared).unwrap();
    let [one, other] = ["one", "other"].map(|name| {
        let files = node(folder.path(), name);
        symlink(&shared, files.root().join("log")).unwrap();
        files
    });
    let beginning = one.lock("log").unwrap();
    assert_locked(create(&other));
    drop(beginning);
    let log = create(&one).unwrap();
    assert!(matches!(create(&other).err(), Some(Error::Exists { .. })));
    assert_locked(open(&other, Mode::Writer));
    drop(log);
    let log = open(&other, Mode::Writer).unwrap().0;
    assert_locked(open(&one, Mode::Writer));
    assert_eq!(open(&one, Mode::ReadOnly).unwrap().2.len(), 1);
    drop(log);
}

#[test]
fn what_a_lock_file_leads_to_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let foreign = folder.path().join("foreign");
    fs::write(&foreign, "not ours").unwrap();
    let files = node(folder.path(), "linked");
    symlink(&foreign, files.root().join(LOCK_FILE)).unwrap();
    let refused = create(&files).err().unwrap();
    assert!(matches!(refused, Error::Io { action: "lock", .. }), "{refused}");
    let files = node(folder.path(), "a-folder");
    fs::create_dir(files.root().join(LOCK_FILE)).unwrap();
    let refused = create(&files).err().unwrap();
    assert!(matches!(refused, Error::Io { action: "lock", .. }), "{refused}");
    let files = node(folder.path(), "hard-linked");
    fs::hard_link(&foreign, files.root().join(LOCK_FILE)).unwrap();
    let log = create(&files).unwrap();
    assert_locked(open(&files, Mode::Writer));
    drop(log);
    assert_eq!(fs::read_to_string(&foreign).unwrap(), "not ours");
}

#[test]
fn who_probes_a_lock_keeps_no_writer_out() {
    let folder = tempfile::tempdir().unwrap();
    let files = Files::new(folder.path());
    drop(create(&files).unwrap());
    let running = AtomicBool::new(true);
    std::thread::scope(|scope| {
        let probes = [(); 2].map(|()| {
            scope.spawn(|| {
                while running.load(Ordering::Relaxed) {
                    files.is_locked("").unwrap();
                }
            })
        });
        for _ in 0..300 {
            drop(open(&files, Mode::Writer).unwrap());
        }
        running.store(false, Ordering::Relaxed);
        assert!(probes.into_iter().all(|probe| probe.join().is_ok()));
    });
    assert!(!files.is_locked("").unwrap());
    let log = open(&files, Mode::Writer).unwrap().0;
    assert!(files.is_locked("").unwrap() && files.is_locked("log").unwrap());
    fs::remove_file(folder.path().join(LOCK_FILE)).unwrap();
    assert!(files.is_locked("").unwrap());
    drop(log);
}

#[test]
fn a_last_batch_beside_a_writer_is_unsettled() {
    fn check<S: Storage>(storage: &S) {
        let tail = || open(storage, Mode::ReadOnly).unwrap().1.tail;
        let mut log = create(storage).unwrap();
        assert_eq!(tail(), Tail::Whole, "record 0 was synced before it had a name");
        for (settled, records) in [(1, 3), (4, 2)] {
            commit(&mut log, records).unwrap();
            let (_, opening, links) = open(storage, Mode::ReadOnly).unwrap();
            assert_eq!((opening.settled, links.len() as u64), (settled, settled + records));
            let Tail::Unsettled(torn) = opening.tail else { panic!("{:?}", opening.tail) };
            assert_eq!((torn.seq, torn.reason, torn.saved_as), (settled, Reason::Unsynced, None));
            assert_eq!(torn.segment, FIRST);
        }
        drop(log);
        assert_eq!(tail(), Tail::Whole, "a stopped log has no writer to wait for");
    }
    check(&Memory::new());
    let dir = tempfile::tempdir().unwrap();
    check(&Files::new(dir.path()));
}

#[test]
fn a_batch_whose_sync_failed_is_unsettled_while_its_writer_lives() {
    let memory = Memory::new();
    let mut log = create(&memory).unwrap();
    commit(&mut log, 2).unwrap();
    memory.inject(Operation::Sync, 0, Fault::Fail);
    assert!(matches!(commit(&mut log, 4).err(), Some(Error::OutcomeUnknown { .. })));
    let Tail::Unsettled(torn) = open(&memory, Mode::ReadOnly).unwrap().1.tail else {
        panic!("nothing says that the last batch is durable")
    };
    let bytes = memory.read(FIRST).unwrap().len() as u64;
    assert_eq!((torn.seq, torn.offset + torn.bytes), (3, bytes));
    assert_eq!(log.reader().range(0..u64::MAX).count(), 3, "its own readers never see it");
}

#[test]
fn a_segment_that_has_a_successor_is_settled() {
    let memory = Memory::new();
    let mut log = create(&memory).unwrap();
    while memory.paths().len() < 2 {
        log.reserve().unwrap();
        if memory.paths().len() < 2 {
            commit(&mut log, 9).unwrap();
        }
    }
    assert_eq!(open(&memory, Mode::ReadOnly).unwrap().1.tail, Tail::Whole);
    drop(log);
}

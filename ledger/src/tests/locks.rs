//! One writer, whatever happens to the file `lock` and whichever path leads to the log.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::log::Mode;
use crate::storage::{Files, LOCK_FILE, Storage};
use crate::tests::support::{create, open};
use crate::{Error, Result};

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

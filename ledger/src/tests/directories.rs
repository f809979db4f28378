//! Directories within directories, on both kinds of storage.

use std::io;

use crate::storage::{Files, Memory, Storage};

#[test]
fn directories_within_directories_come_and_go_with_those_above() {
    fn check<S: Storage>(storage: &S) {
        let kind = |result: io::Result<()>| result.err().map(|error| error.kind());
        let not_found = Some(io::ErrorKind::NotFound);
        assert_eq!(kind(storage.make_dir("a/b")), not_found);
        assert_eq!(kind(storage.create_new("a/b/c").map(drop)), not_found);
        storage.make_dir("a").unwrap();
        storage.make_dir("a/b").unwrap();
        storage.make_dir("a/b").unwrap();
        storage.create_new("a/f").unwrap();
        assert_eq!(storage.list("").unwrap(), ["a"]);
        assert_eq!(storage.list("a").unwrap(), ["b", "f"]);
        assert_eq!(storage.list("a/b").unwrap(), [""; 0]);
        assert_eq!(kind(storage.rename("a/f", "x/f")), not_found);
        storage.rename("a/f", "a/b/f").unwrap();
        assert_eq!(storage.list("a/b").unwrap(), ["f"]);
        ["a/b", "a", ""].iter().for_each(|dir| storage.sync_dir(dir).unwrap());
    }
    let memory = Memory::new();
    check(&memory);
    memory.crash(&mut |_| 0);
    assert_eq!(memory.paths(), ["a/b/f"]);
    // Synced itself, but not in the directory above: the name of the directory is lost.
    memory.make_dir("a/c").unwrap();
    memory.create_new("a/c/g").unwrap();
    memory.sync_dir("a/c").unwrap();
    memory.sync_dir("").unwrap();
    memory.crash(&mut |_| 0);
    assert_eq!(memory.paths(), ["a/b/f"]);
    assert_eq!(memory.list("a").unwrap(), ["b"]);
    let dir = tempfile::tempdir().unwrap();
    check(&Files::new(dir.path()));
}

//! Blobs: storing, checking, collecting, erasing, and the power going in between.

use std::io::{self, Read as _};

use crate::blob::{Collected, Erasure, Removal};
use crate::limits::BLOB_BYTES_MAX;
use crate::storage::memory::{Fault, Operation};
use crate::storage::{Files, Memory, Storage};
use crate::tests::support::Random;
use crate::{BlobName, Blobs, Error};

const SALT: [u8; 16] = [7; 16];

fn content(len: usize) -> Vec<u8> {
    let mut random = Random(len as u64);
    (0..len).map(|_| random.next().to_be_bytes()[0]).collect()
}

fn store<S: Storage>(storage: &S, salt: u8, bytes: &[u8]) -> crate::Result<BlobName> {
    Blobs::new(storage.clone()).store(&[salt; 16], &mut { bytes }).map(|stored| stored.name)
}

fn names<S: Storage>(storage: &S) -> Vec<BlobName> {
    Blobs::new(storage.clone()).names().map(Result::unwrap).collect()
}

#[test]
fn a_blob_reads_back_under_its_name() {
    fn check<S: Storage>(storage: &S) {
        let blobs = Blobs::new(storage.clone());
        assert_eq!(names(storage), []);
        for len in [0, 1, 5_000, (256 << 10) - 16, 256 << 10, 600_000] {
            let bytes = content(len);
            let stored = blobs.store(&SALT, &mut bytes.as_slice()).unwrap();
            assert_eq!((stored.name, stored.bytes), (BlobName::of(&SALT, &bytes), len as u64));
            assert_eq!(blobs.read(&stored.name, len as u64).unwrap(), bytes);
            assert_eq!(blobs.check(&stored.name).unwrap(), len as u64);
            let mut read = Vec::new();
            let mut blob = blobs.open(&stored.name).unwrap();
            assert_eq!(blob.content_bytes(), len as u64);
            blob.read_to_end(&mut read).unwrap();
            assert_eq!(read, bytes);
            // Twice the same is the same blob, and leaves nothing behind.
            assert_eq!(blobs.store(&SALT, &mut bytes.as_slice()).unwrap(), stored);
            let refused = blobs.read(&stored.name, (len as u64).saturating_sub(1));
            assert_eq!(refused.is_err(), len > 0);
        }
        assert_eq!(names(storage).len(), 6);
        let found = blobs.remove_unreferenced(&|_| true, Removal::DryRun).unwrap();
        assert_eq!(found, Collected::default());
        let missing = blobs.read(&BlobName::of(&SALT, b"never stored"), 1).err();
        assert!(matches!(missing, Some(Error::BlobMissing { .. })), "{missing:?}");
    }
    check(&Memory::new());
    let dir = tempfile::tempdir().unwrap();
    check(&Files::new(dir.path()));
}

#[test]
fn a_blob_with_any_bit_turned_is_refused_and_not_stored_over() {
    let memory = Memory::new();
    let bytes = content(700);
    let name = store(&memory, 7, &bytes).unwrap();
    for byte in 0..716 {
        let damaged = memory.fork();
        damaged.flip(&name.path(), byte, 1 << (byte % 8));
        let blobs = Blobs::new(damaged.clone());
        let errors = [
            blobs.read(&name, 1_000).err(),
            blobs.open(&name).err(),
            store(&damaged, 7, &bytes).err(),
        ];
        for error in errors {
            assert!(matches!(error, Some(Error::BlobDamaged { .. })), "byte {byte}: {error:?}");
        }
        assert_eq!(damaged.paths(), memory.paths());
    }
    for len in [0, 15, 16, 715] {
        let damaged = memory.fork();
        damaged.write(&name.path(), &memory.read(&name.path()).unwrap()[..len]);
        let error = Blobs::new(damaged).read(&name, 1_000).err();
        assert!(matches!(error, Some(Error::BlobDamaged { .. })), "length {len}: {error:?}");
    }
}

#[test]
fn a_blob_that_changes_while_it_is_read_does_not_end_well() {
    let memory = Memory::new();
    let name = store(&memory, 7, &content(100_000)).unwrap();
    let mut blob = Blobs::new(memory.clone()).open(&name).unwrap();
    let mut piece = [0; 1_000];
    blob.read_exact(&mut piece).unwrap();
    memory.flip(&name.path(), 90_000, 1);
    let error = blob.read_to_end(&mut Vec::new()).err().unwrap();
    assert_eq!(error.kind(), io::ErrorKind::InvalidData);
}

#[test]
fn content_that_is_too_long_or_fails_leaves_nothing() {
    let memory = Memory::new();
    let blobs = Blobs::new(memory.clone());
    struct Fails;
    impl io::Read for Fails {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("gone"))
        }
    }
    let mut failing = (&b"some bytes"[..]).chain(Fails);
    let error = blobs.store(&SALT, &mut failing).err();
    assert!(matches!(&error, Some(Error::Io { action: "read", .. })), "{error:?}");
    assert!(memory.paths().is_empty());
    memory.inject(Operation::Write, 1, Fault::NoSpace);
    assert!(store(&memory, 7, b"bytes").err().unwrap().is_no_space());
    assert!(memory.paths().is_empty());
}

#[test]
fn the_limit_of_a_blob_is_its_content_s() {
    let dir = tempfile::tempdir().unwrap();
    let blobs = Blobs::new(Files::new(dir.path()));
    let error = blobs.store(&SALT, &mut io::repeat(7).take(BLOB_BYTES_MAX + 1)).err();
    assert!(matches!(error, Some(Error::BlobLong { bytes_max: BLOB_BYTES_MAX })), "{error:?}");
    assert_eq!(std::fs::read_dir(dir.path().join("blobs")).unwrap().count(), 0);
}

#[test]
fn only_what_nothing_names_is_removed() {
    let memory = Memory::new();
    let kept = store(&memory, 1, b"kept").unwrap();
    let gone = store(&memory, 2, b"gone").unwrap();
    let temporary = "blobs/00112233445566778899aabbccddeeff-0.tmp";
    memory.write(temporary, b"half");
    let erasing = format!("{}.erase", BlobName::of(&SALT, b"secret").path());
    memory.write(&erasing, b"secret");
    let blobs = Blobs::new(memory.clone());
    let paths = memory.paths();
    let expected = Collected { blobs: 1, unfinished: 2, bytes: 20 + 4 + 6 };
    let is_kept = |name: &BlobName| *name == kept;
    assert_eq!(blobs.remove_unreferenced(&is_kept, Removal::DryRun).unwrap(), expected);
    assert_eq!(memory.paths(), paths);
    assert_eq!(blobs.remove_unreferenced(&is_kept, Removal::Remove).unwrap(), expected);
    assert_eq!(memory.paths(), [kept.path()]);
    assert!(matches!(blobs.check(&gone), Err(Error::BlobMissing { .. })));
    let stranger = format!("{}/notes", &kept.path()[..8]);
    memory.write(&stranger, b"x");
    let error = blobs.remove_unreferenced(&|_| false, Removal::Remove).err();
    assert!(matches!(error, Some(Error::UnknownFile { file }) if file == stranger));
    assert!(blobs.check(&kept).is_ok());
}

#[test]
fn power_may_go_at_every_change_of_storing() {
    let bytes = content(1_500);
    let dry = Memory::new();
    store(&dry, 1, b"before").unwrap();
    let before = dry.changes();
    let name = store(&dry, 7, &bytes).unwrap();
    let changes = dry.changes() - before;
    for at in 0..=changes {
        for seed in 0..40 {
            let mut random = Random(at * 1_000 + seed);
            let memory = Memory::new();
            let first = store(&memory, 1, b"before").unwrap();
            memory.lose_power_after(at);
            let stored = store(&memory, 7, &bytes);
            assert_eq!(stored.is_ok(), at == changes, "change {at}");
            memory.crash(&mut |limit| random.below(limit));
            let blobs = Blobs::new(memory.clone());
            let found = names(&memory);
            for found in &found {
                assert!(blobs.check(found).is_ok(), "change {at} seed {seed}");
            }
            assert!(found.contains(&first));
            assert!(stored.is_err() || found.contains(&name), "a stored blob is gone");
            assert_eq!(store(&memory, 7, &bytes).unwrap(), name);
            memory.crash(&mut |_| 0);
            assert!(blobs.check(&name).is_ok());
            blobs.remove_unreferenced(&|_| true, Removal::Remove).unwrap();
            assert_eq!(memory.paths().len(), 2);
        }
    }
}

#[test]
fn power_may_go_at_every_change_of_erasing() {
    let dry = Memory::new();
    let secret = content(1_500);
    let name = store(&dry, 7, &secret).unwrap();
    let before = dry.changes();
    assert_eq!(Blobs::new(dry.clone()).erase(&name).unwrap(), Erasure::Erased);
    let changes = dry.changes() - before;
    for at in 0..=changes {
        for seed in 0..40 {
            let mut random = Random(at * 1_000 + seed);
            let memory = Memory::new();
            store(&memory, 7, &secret).unwrap();
            let blobs = Blobs::new(memory.clone());
            memory.lose_power_after(at);
            assert_eq!(blobs.erase(&name).is_ok(), at == changes, "change {at}");
            memory.crash(&mut |limit| random.below(limit));
            for found in names(&memory) {
                assert!(blobs.check(&found).is_ok(), "change {at} seed {seed}");
            }
            blobs.erase(&name).unwrap();
            memory.crash(&mut |_| 0);
            assert!(memory.paths().is_empty(), "change {at} seed {seed}");
            assert_eq!(blobs.erase(&name).unwrap(), Erasure::Absent);
        }
    }
}

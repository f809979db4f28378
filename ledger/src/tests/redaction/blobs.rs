//! Blobs that go with a payload, and those that stay.

use super::support::{commit, pending, secret, tells};
use crate::storage::Memory;
use crate::tests::support::{create, open, record_naming};
use crate::{BlobName, Blobs, Erased, Log, Mode};

fn stored(disk: &Memory, text: &str) -> BlobName {
    let salt = crate::hash::Digest(blake(text)).0[..16].try_into().unwrap();
    Blobs::new(disk.clone()).store(&salt, &mut text.as_bytes()).unwrap().name
}

/// Some bytes of a text's own.
fn blake(text: &str) -> [u8; 32] {
    use crate::hash::Hasher as _;
    crate::hash::Shake::hash(&[text.as_bytes()]).0
}

fn is_there(disk: &Memory, name: &BlobName) -> bool {
    disk.paths().contains(&name.path())
}

fn name(log: &mut Log<Memory>, blobs: &[BlobName], payload: Option<Vec<u8>>) -> u64 {
    let seq = log.head().size;
    log.commit(&[record_naming(seq, blobs, payload)], &mut Vec::new()).unwrap();
    seq
}

fn redact(log: &mut Log<Memory>, target: u64) -> crate::Result<Erased> {
    let at = log.head().size;
    commit(log, 1, &[], &[(at, target)]).unwrap();
    log.erase(&[at])
}

#[test]
fn a_blob_goes_with_the_last_payload_that_names_it() {
    let disk = Memory::new();
    let mut log = create(&disk).unwrap();
    let (own, shared) = (stored(&disk, "only one names this"), stored(&disk, "many name this"));
    // More holders than the crate's own tests remember at a time.
    let first = name(&mut log, &[own, shared], Some(secret(1)));
    let holders: Vec<u64> =
        (0..9).map(|_| name(&mut log, &[shared], Some(b"x".to_vec()))).collect();
    let erased = redact(&mut log, first).unwrap();
    assert_eq!(erased, Erased { payloads: 1, blobs: 1, torn: 0 });
    assert!(!is_there(&disk, &own) && is_there(&disk, &shared));
    let (last, others) = holders.split_last().unwrap();
    for holder in others {
        assert_eq!(redact(&mut log, *holder).unwrap().blobs, 0);
    }
    assert!(is_there(&disk, &shared));
    assert_eq!(redact(&mut log, *last).unwrap().blobs, 1);
    assert!(!is_there(&disk, &shared));
    log.close().unwrap();
    assert!(pending(&disk).unwrap().is_empty());
}

#[test]
fn records_that_are_redacted_together_do_not_keep_each_others_blobs() {
    let disk = Memory::new();
    let mut log = create(&disk).unwrap();
    let blob = stored(&disk, "two name this");
    let first = name(&mut log, &[blob], Some(secret(1)));
    let second = name(&mut log, &[blob], None);
    let at = log.head().size;
    commit(&mut log, 2, &[], &[(at, first), (at + 1, second)]).unwrap();
    assert_eq!(log.erase(&[at, at + 1]).unwrap(), Erased { payloads: 1, blobs: 1, torn: 0 });
    assert!(!is_there(&disk, &blob) && !tells(&disk, 1));
}

#[test]
fn a_record_without_a_payload_gives_up_its_blobs_alone() {
    let disk = Memory::new();
    let mut log = create(&disk).unwrap();
    let (own, shared) = (stored(&disk, "one names this"), stored(&disk, "two name this"));
    let target = name(&mut log, &[own, shared], None);
    name(&mut log, &[shared], None);
    let at = log.head().size;
    commit(&mut log, 2, &[], &[(at, target)]).unwrap();
    log.close().unwrap();
    assert_eq!(pending(&disk).unwrap(), [target]);
    drop(open(&disk, Mode::Writer).unwrap());
    assert!(!is_there(&disk, &own) && is_there(&disk, &shared));
    assert!(pending(&disk).unwrap().is_empty(), "what another record names is not pending");
}

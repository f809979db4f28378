//! What leaves a log, or comes into one, while a redaction is pending.

use super::support::{commit, links, pending, secret, shows, tells};
use crate::storage::Memory;
use crate::tests::support::{SMALL, create, nonces, open, record_naming};
use crate::tests::transfer::support::{exported, fork_genesis, imported, log_of, verified};
use crate::transfer::{ExportOptions, Refork, backup, export, refork, restore};
use crate::{Blobs, Mode, Payload, VerifyOptions, verify};

/// A log whose records 1 and 3 have payloads, with 3 redacted and not erased yet; and the same where
/// erasing was cut short in the middle.
fn pending_logs() -> [Memory; 2] {
    let disk = Memory::new();
    let mut log = create(&disk).unwrap();
    let content = format!("{} in a blob", String::from_utf8(secret(3)).unwrap());
    let name = Blobs::new(disk.clone()).store(&[7; 16], &mut content.as_bytes()).unwrap().name;
    commit(&mut log, 2, &[1], &[]).unwrap();
    let naming = record_naming(3, &[name], Some(secret(3)));
    log.commit(&[naming], &mut Vec::new()).unwrap();
    commit(&mut log, 3, &[], &[(5, 3)]).unwrap();
    for _ in 0..30 {
        commit(&mut log, 4, &[], &[]).unwrap();
    }
    log.close().unwrap();
    let half = disk.fork();
    let (log, _, _) = open(&disk.fork(), Mode::ReadOnly).unwrap();
    let entry = log.reader().read(3).unwrap().unwrap();
    let mut bytes = half.read(&entry.segment).unwrap();
    let end = usize::try_from(entry.offset + entry.frame_bytes()).unwrap();
    bytes[end - 700..end].fill(0);
    half.write(&entry.segment, &bytes);
    [disk, half]
}

#[test]
fn an_export_holds_neither_payload_nor_salt() {
    let [disk, half] = pending_logs();
    let done = disk.fork();
    drop(open(&done, Mode::Writer).unwrap());
    let expected = exported(&done, 0..u64::MAX);
    for source in [&disk, &half] {
        let text = exported(source, 0..u64::MAX);
        assert_eq!(text, expected, "pending or erased, it is the same export");
        let target = Memory::new();
        imported(&target, &text).unwrap();
        assert_eq!(verified(&target), verified(&done));
        let root = |disk| {
            let report = verify(disk, VerifyOptions::default(), &mut |_, _| {}).unwrap();
            (report.watched.root, report.pending.count)
        };
        assert_eq!(root(&target), root(&done));
        assert_eq!((links(&target), tells(&target, 3)), (links(&done), false));
        assert!(shows(&log_of(&target), 1));
        assert_eq!(exported(&target, 0..u64::MAX), text);
    }
}

#[test]
fn an_export_that_withholds_nothing_is_erased_where_it_comes_in() {
    // Made beside a writer that has written the redaction and erased nothing yet.
    let disk = Memory::new();
    let mut log = create(&disk).unwrap();
    commit(&mut log, 4, &[1, 3], &[]).unwrap();
    commit(&mut log, 1, &[], &[(5, 3)]).unwrap();
    let mut text = Vec::new();
    let options = ExportOptions { range: 0..u64::MAX, checkpoint: None, is_withheld: &|_| false };
    export(&log.reader(), &options, &mut text, &mut |_, _| {}).unwrap();
    let target = Memory::new();
    imported(&target, &text).unwrap();
    assert!(shows(&log, 3) && !shows(&log_of(&target), 3) && !tells(&target, 3));
    assert_eq!((pending(&target).unwrap(), links(&target)), (Vec::new(), links(&disk)));
}

#[test]
fn a_backup_of_a_pending_redaction_is_a_log_in_which_it_is_complete() {
    for source in pending_logs() {
        let size = log_of(&source).head().size;
        let target = Memory::new();
        let done = backup(&source, size, &target, &mut |_, _| {}).unwrap();
        assert_eq!(done.head, log_of(&source).head());
        assert!(!tells(&target, 3), "neither the payload nor its blob");
        assert!(pending(&target).unwrap().is_empty());
        assert!(shows(&log_of(&target), 1));
        let again = Memory::new();
        restore(&source, None, &again, &mut |_, _| {}).unwrap();
        assert_eq!((tells(&again, 3), links(&again)), (false, links(&source)));
    }
}

#[test]
fn a_fork_of_a_pending_redaction_has_it_erased() {
    for source in pending_logs() {
        let genesis = fork_genesis(&source, 40);
        let fork = Refork { genesis: &genesis, seq: 40, is_withheld: &|_| false, limits: SMALL };
        let target = Memory::new();
        let reader = log_of(&source).reader();
        refork(&reader, &fork, &target, nonces(3), &mut |_, _| {}).unwrap();
        let entry = log_of(&target).reader().read(3).unwrap().unwrap();
        assert_eq!((entry.payload(), tells(&target, 3)), (Payload::Erased, false));
    }
}

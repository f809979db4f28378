//! Verifying on from a checkpoint that was kept: what is read, what is passed over, what is refused.

use super::checkpoints::{NEW, Node, OLD, born, grow, rotation, sign, signer};
use super::support::{commit, record_with_payload, redaction};
use crate::storage::Storage as _;
use crate::*;

/// A log of several segments, closed, with a checkpoint after each of some batches.
fn signed() -> (Node, Vec<Checkpoint>) {
    let (node, mut log, mut checkpointer) = born();
    let mut notes = vec![sign(&mut checkpointer)];
    for count in [3, 250, 1, 400, 40] {
        grow(&mut log, count).unwrap();
        notes.push(sign(&mut checkpointer));
    }
    keep_places(&node.disk, &log.reader(), checkpointer.keys()).unwrap();
    log.close().unwrap();
    (node, notes)
}

fn anchor(note: &Checkpoint) -> Anchor {
    Anchor::new("kept".to_owned(), note.clone())
}

fn from(node: &Node, note: &Checkpoint, options: VerifyOptions) -> Result<Report> {
    let before = node.disk.changes();
    let guards = Some(&node.guards);
    let mut last = 0;
    let progress = &mut |done, total| {
        assert!(done <= total, "{done} of {total}");
        last = done;
    };
    let report = verify_from(&node.disk, guards, &[], &anchor(note), options, progress);
    assert_eq!(node.disk.changes(), before, "verifying writes nothing");
    assert!(report.is_err() || last > 0, "progress is told");
    report
}

fn one_thread() -> VerifyOptions {
    VerifyOptions { threads: 1, ..VerifyOptions::default() }
}

fn whole(node: &Node) -> Report {
    verify_guarded(&node.disk, Some(&node.guards), &[], one_thread(), &mut |_, _| {}).unwrap()
}

fn reason(result: Result<Report>) -> (Class, u64, String) {
    let error = result.unwrap_err();
    let class = Class::of_error(&error).unwrap_or_else(|| panic!("no damage: {error}"));
    let Error::Integrity(found) = error else { panic!("no place: {error}") };
    (class, found.seq, found.segment)
}

/// Flips a bit in the core of a record.
fn flip(node: &Node, seq: u64) {
    let (log, _, _) = super::support::open(&node.disk, Mode::ReadOnly).unwrap();
    let entry = log.reader().read(seq).unwrap().unwrap();
    let (segment, offset) = (entry.segment.to_string(), entry.offset + 170);
    drop(log);
    node.disk.flip(&segment, offset, 1);
}

#[test]
fn every_kept_checkpoint_can_be_gone_on_from() {
    let (node, notes) = signed();
    let whole = whole(&node);
    assert_eq!(whole.first_read, 0);
    for note in &notes {
        for hashing in [Hashing::Shake, Hashing::TinyKeccak] {
            for threads in [1, 3] {
                let report = from(&node, note, VerifyOptions { hashing, threads }).unwrap();
                let size = note.head().size;
                assert!(report.first_read < size, "the anchor's last record is read");
                assert!(size - report.first_read <= 40, "and no more than its batch before it");
                assert_eq!((report.head, report.log_id), (whole.head, whole.log_id));
                assert_eq!(report.watched.root, whole.watched.root);
                assert_eq!(report.watched.guard, whole.watched.guard);
                assert_eq!(report.watched.last, whole.watched.last);
                let later = notes.iter().filter(|note| note.head().size > report.first_read);
                assert_eq!(report.watched.checkpoints, later.count() as u64);
            }
        }
    }
}

#[test]
fn what_is_new_is_checked_and_what_is_old_is_not() {
    let (node, notes) = signed();
    let early = node.clone_disk();
    flip(&early, 100);
    assert!(verify(&early.disk, one_thread(), &mut |_, _| {}).is_err());
    assert_eq!(from(&early, &notes[4], one_thread()).unwrap().head.size, 695);
    // With an older anchor the record is new.
    let (class, seq, _) = reason(from(&early, &notes[1], one_thread()));
    assert_eq!((class, seq), (Class::BadCrc, 100));
    for seq in 655..695 {
        let late = node.clone_disk();
        flip(&late, seq);
        let (class, found, _) = reason(from(&late, &notes[4], one_thread()));
        assert_eq!((class, found), (Class::BadCrc, seq));
    }
}

#[test]
fn a_log_with_another_past_is_found() {
    let (node, _) = signed();
    let (log, _, _) = super::support::open(&node.disk, Mode::ReadOnly).unwrap();
    let signer = signer(&log, &OLD);
    // The operator signed something else for the auditor than what the log goes on with: at sizes that
    // begin a segment, end a batch, and lie within one.
    for size in [1, 41, 100, 254, 655, 695] {
        let other = signer.sign(TreeHead { size, root: Root([7; 32]) }).unwrap();
        let (class, found, file) = reason(from(&node, &other, one_thread()));
        assert_eq!((class, found, file.as_str()), (Class::TreeMismatch, size, "kept"));
    }
}

#[test]
fn a_shorter_log_is_found() {
    let (node, notes) = signed();
    let (log, _, _) = super::support::open(&node.disk, Mode::ReadOnly).unwrap();
    let signer = signer(&log, &OLD);
    for size in [696, 1_000, u64::MAX >> 1, u64::MAX] {
        let longer = signer.sign(TreeHead { size, root: Root([7; 32]) }).unwrap();
        let (class, seq, _) = reason(from(&node, &longer, one_thread()));
        assert_eq!((class, seq), (Class::CheckpointMismatch, 695));
    }
    // Restored from an older copy, with the notes of then.
    let (older, mut log, mut checkpointer) = born();
    grow(&mut log, 50).unwrap();
    sign(&mut checkpointer);
    drop(checkpointer);
    log.close().unwrap();
    let (class, seq, _) = reason(from(&older, &notes[5], one_thread()));
    assert_eq!((class, seq), (Class::CheckpointMismatch, 51));
}

#[test]
fn a_checkpoint_of_another_log_or_by_another_key_is_refused() {
    let (node, notes) = signed();
    let head = notes[4].head();
    let origin = notes[4].origin();
    let others = [
        Signer::new("weft.example/0123456789abcdef", &OLD).unwrap().sign(head).unwrap(),
        Signer::new(origin, &NEW).unwrap().sign(head).unwrap(),
    ];
    for other in others {
        let (class, _, file) = reason(from(&node, &other, one_thread()));
        assert_eq!((class, file.as_str()), (Class::CheckpointMismatch, "kept"));
    }
    let mut text = String::from_utf8(notes[4].as_bytes().to_vec()).unwrap();
    text = text.replace("\n655\n", "\n656\n");
    let forged = Checkpoint::parse(text.as_bytes()).unwrap();
    let (class, _, file) = reason(from(&node, &forged, one_thread()));
    assert_eq!((class, file.as_str()), (Class::CheckpointMismatch, "kept"));
}

#[test]
fn without_derived_files_everything_is_read() {
    let (node, notes) = signed();
    let expected = whole(&node);
    // Places only save a walk over one segment.
    let without = node.clone_disk();
    without.disk.remove("index/places").unwrap();
    assert!(from(&without, &notes[4], one_thread()).unwrap().first_read > 0);
    for tile in ["tile/0/000", "tile/0/001"] {
        let damaged = node.clone_disk();
        damaged.disk.flip(tile, 77, 1);
        let report = from(&damaged, &notes[4], one_thread()).unwrap();
        assert_eq!((report.first_read, report.watched.root), (0, expected.watched.root));
        damaged.disk.remove(tile).unwrap();
        let report = from(&damaged, &notes[4], one_thread()).unwrap();
        assert_eq!((report.first_read, report.watched.root), (0, expected.watched.root));
    }
    // A guard of fewer records has to be held to what is passed over.
    let behind = node.clone_disk();
    let guard = behind.guards.paths().pop().unwrap();
    behind.guards.write(&guard, notes[1].as_bytes());
    let report = from(&behind, &notes[4], one_thread()).unwrap();
    assert_eq!((report.first_read, report.watched.guard), (0, GuardState::Holds { size: 4 }));
}

#[test]
fn keys_changed_before_and_after_are_known() {
    let (node, mut log, mut checkpointer) = born();
    grow(&mut log, 300).unwrap();
    let before = sign(&mut checkpointer);
    let change = rotation(&log, &OLD);
    log.commit(&[change], &mut Vec::new()).unwrap();
    grow(&mut log, 100).unwrap();
    checkpointer.set_signer(signer(&log, &NEW));
    let after = sign(&mut checkpointer);
    grow(&mut log, 100).unwrap();
    sign(&mut checkpointer);
    keep_places(&node.disk, &log.reader(), checkpointer.keys()).unwrap();
    log.close().unwrap();
    for note in [&before, &after] {
        let report = from(&node, note, one_thread()).unwrap();
        assert!(report.first_read > 200);
        assert_eq!(report.watched.keys.history().len(), 2);
    }
    // Nobody says which record changed the key: it is found by reading everything.
    node.disk.remove("index/places").unwrap();
    let report = from(&node, &after, one_thread()).unwrap();
    assert_eq!((report.first_read, report.watched.keys.history().len()), (0, 2));
}

#[test]
fn what_is_redacted_later_may_lie_before_the_anchor() {
    let (node, mut log, mut checkpointer) = born();
    log.commit(&[record_with_payload(1, vec![7; 40])], &mut Vec::new()).unwrap();
    grow(&mut log, 100).unwrap();
    let note = sign(&mut checkpointer);
    let seq = log.head().size;
    log.commit(&[redaction(seq, 1)], &mut Vec::new()).unwrap();
    let pending = from(&node, &note, one_thread()).unwrap();
    assert_eq!(pending.pending.seqs, [1]);
    log.erase(&[seq]).unwrap();
    commit(&mut log, 3).unwrap();
    sign(&mut checkpointer);
    log.close().unwrap();
    let report = from(&node, &note, one_thread()).unwrap();
    assert!(report.first_read > 1);
    assert_eq!((report.pending.count, report.head.size), (0, 106));
}

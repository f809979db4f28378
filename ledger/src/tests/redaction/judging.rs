//! What an erased or doubtful payload amounts to, once the whole log was read.

use super::support::{commit, links, pending, secret, shows, tells};
use crate::reason::Reason;
use crate::storage::Memory;
use crate::tests::support::{FIRST, create, open};
use crate::{Error, Integrity, Log, Mode, Tail, VerifyOptions, verify};

/// Where a record's frame begins and ends.
fn frame(disk: &Memory, seq: u64) -> (String, u64, u64) {
    let (log, _, _) = open(&disk.fork(), Mode::ReadOnly).unwrap();
    let entry = log.reader().read(seq).unwrap().unwrap();
    (entry.segment.to_string(), entry.offset, entry.offset + entry.frame_bytes())
}

/// Turns a bit over in a record's payload.
fn spoil(disk: &Memory, seq: u64) {
    let (path, _, end) = frame(disk, seq);
    disk.flip(&path, end - 3, 4);
}

fn flaw(disk: &Memory) -> Integrity {
    let found = [1, 2].map(|threads| {
        let options = VerifyOptions { threads, ..VerifyOptions::default() };
        match verify(disk, options, &mut |_, _| {}) {
            Err(Error::Integrity(found)) => found,
            other => panic!("{other:?}"),
        }
    });
    let before = disk.paths();
    let Err(Error::Integrity(opening)) = open(disk, Mode::Writer).map(|_| ()) else {
        panic!("it opens")
    };
    assert_eq!(disk.paths(), before, "nothing was saved or cut");
    let [one, two] = found;
    assert_eq!((&one, &opening), (&two, &one));
    one
}

/// How many records, which of them have payloads, and which redact which.
type Batch<'a> = (u64, &'a [u64], &'a [(u64, u64)]);

/// Commits batches of records with payloads, and redactions; closed, with nothing erased.
fn log_of(batches: &[Batch<'_>]) -> Memory {
    let disk = Memory::new();
    let mut log = create(&disk).unwrap();
    for (count, secrets, redacted) in batches {
        commit(&mut log, *count, secrets, redacted).unwrap();
    }
    log.close().unwrap();
    disk
}

#[test]
fn a_payload_that_does_not_hold_needs_its_redaction() {
    let disk = log_of(&[(2, &[1, 2], &[]), (2, &[], &[(4, 1)]), (1, &[], &[])]);
    let unproven = disk.fork();
    spoil(&disk, 1);
    assert_eq!(pending(&disk).unwrap(), [1]);
    drop(open(&disk, Mode::Writer).unwrap());
    assert!(!tells(&disk, 1) && tells(&disk, 2));
    // The other payload has no redaction, so the same is damage.
    let (_, offset, _) = frame(&unproven, 2);
    spoil(&unproven, 2);
    let found = flaw(&unproven);
    assert_eq!((found.seq, found.offset), (2, offset));
    let cause = Box::new(Reason::PayloadCrc);
    let is_checksum = found.reason == Reason::PayloadCrc
        || matches!(&found.reason, Reason::Settled { cause: found, .. } if *found == cause);
    assert!(is_checksum, "{found}");
}

#[test]
fn every_flipped_byte_of_an_erased_frame_is_pending_or_damage() {
    let disk = log_of(&[(2, &[1], &[]), (1, &[], &[(3, 1)]), (1, &[], &[])]);
    drop(open(&disk, Mode::Writer).unwrap());
    let whole = disk.read(FIRST).unwrap();
    let (path, start, end) = frame(&disk, 1);
    let payload = end - 16 - secret(1).len() as u64;
    for byte in start..end {
        let damaged = disk.fork();
        damaged.flip(&path, byte, 0x10);
        let offset = byte - start;
        // The checksum, the state and the zeros are what a redaction writes.
        if byte >= payload || (8..12).contains(&offset) || offset == 14 {
            if byte % 97 != 0 && offset > 16 {
                continue;
            }
            assert_eq!(pending(&damaged).unwrap(), [1], "byte {offset}");
            let (log, _, _) = open(&damaged, Mode::ReadOnly).unwrap();
            assert!(!shows(&log, 1));
            drop(open(&damaged, Mode::Writer).unwrap());
            assert_eq!(damaged.read(FIRST).unwrap()[..whole.len()], whole, "byte {offset}");
        } else {
            assert_eq!(flaw(&damaged).seq, 1, "byte {offset}");
        }
    }
}

#[test]
fn the_last_batch_is_torn_unless_it_holds_the_redaction() {
    // The target and its redaction in one batch, which is the last: erasing was cut short.
    let disk = log_of(&[(1, &[], &[]), (3, &[2], &[(4, 2)])]);
    let before = links(&disk);
    spoil(&disk, 2);
    assert_eq!(pending(&disk).unwrap(), [2]);
    let (log, opening, found) = open(&disk, Mode::Writer).unwrap();
    assert_eq!((opening.tail, found, shows(&log, 2)), (Tail::Whole, before, false));
    // No redaction, or one of another record: a torn write, which is cut.
    for redacted in [&[][..], &[(4, 3)]] {
        let disk = log_of(&[(1, &[], &[]), (3, &[2, 3], redacted)]);
        spoil(&disk, 2);
        let (_, opening, found) = open(&disk, Mode::Writer).unwrap();
        let Tail::Cut(torn) = opening.tail else { panic!("the tail was torn") };
        assert_eq!((torn.seq, found.len(), torn.reason), (2, 2, Reason::PayloadCrc));
    }
    // Record 3 is torn, and with it goes the redaction behind it, which then accounts for nothing.
    let disk = log_of(&[(1, &[], &[]), (3, &[2, 3], &[(4, 2)])]);
    spoil(&disk, 2);
    spoil(&disk, 3);
    let (_, opening, found) = open(&disk, Mode::Writer).unwrap();
    let Tail::Cut(torn) = opening.tail else { panic!("the tail was torn") };
    assert_eq!((torn.seq, found.len()), (2, 2));
    // A redaction before it still accounts for what it names.
    let disk = log_of(&[(1, &[], &[]), (4, &[2, 4], &[(3, 2)])]);
    spoil(&disk, 2);
    spoil(&disk, 4);
    let (log, opening, found) = open(&disk, Mode::Writer).unwrap();
    let Tail::Cut(torn) = opening.tail else { panic!("the tail was torn") };
    assert_eq!((torn.seq, found.len(), shows(&log, 2)), (4, 4, false));
    assert!(!tells(&disk, 2));
}

#[test]
fn a_torn_batch_behind_an_erasing_that_was_cut_short_is_cut() {
    let disk = log_of(&[(2, &[1], &[]), (1, &[], &[(3, 1)]), (2, &[4], &[])]);
    spoil(&disk, 1);
    spoil(&disk, 4);
    assert_eq!(pending(&disk).unwrap(), [1]);
    let (_, opening, found) = open(&disk, Mode::Writer).unwrap();
    let Tail::Cut(torn) = opening.tail else { panic!("the tail was torn") };
    assert_eq!((torn.seq, torn.saved_as, found.len()), (4, None, 4));
    assert!(!tells(&disk, 1));
}

/// The crate's own tests remember eight payloads at a time.
#[test]
fn more_payloads_than_are_remembered_take_more_readings() {
    const COUNT: u64 = 30;
    let secrets: Vec<u64> = (1..=COUNT).collect();
    let disk = Memory::new();
    let mut log = create(&disk).unwrap();
    for seq in &secrets {
        commit(&mut log, 1, &[*seq], &[]).unwrap();
    }
    let redacted: Vec<(u64, u64)> = (COUNT + 1..).zip(secrets.clone().into_iter().rev()).collect();
    for pair in &redacted {
        commit(&mut log, 1, &[], &[*pair]).unwrap();
    }
    commit(&mut log, 2, &[], &[]).unwrap();
    log.close().unwrap();
    assert!(disk.paths().len() > 2, "the log rolled");
    for threads in [1, 2] {
        let options = VerifyOptions { threads, ..VerifyOptions::default() };
        let found = verify(&disk, options, &mut |_, _| {}).unwrap().pending;
        assert_eq!((found.count, &found.seqs[..]), (COUNT, &secrets[..8]));
    }
    let error = open(&disk, Mode::ReadOnly).map(|_| ()).unwrap_err();
    let many = Error::PendingRedactions { count: COUNT, count_max: 8 };
    assert_eq!(error.to_string(), many.to_string());
    let (log, opening, _) = open(&disk, Mode::Writer).unwrap();
    assert_eq!(opening.pending.count, COUNT);
    drop(log);
    assert!(secrets.iter().all(|seq| !tells(&disk, *seq)));
    assert!(pending(&disk).unwrap().is_empty());
    // One that nothing accounts for is found among all the others, wherever it stands.
    let (mut log, _, _) = open(&disk, Mode::Writer).unwrap();
    let last = log.head().size;
    commit(&mut log, 2, &[last], &[]).unwrap();
    commit(&mut log, 1, &[], &[(last + 2, last)]).unwrap();
    let erased = log.erase(&[last + 2]);
    assert_eq!(erased.unwrap().payloads, 1);
    log.close().unwrap();
    let without = disk.fork();
    let bytes = without.read(&disk.paths().pop().unwrap()).unwrap();
    let (path, offset, _) = frame(&disk, last + 2);
    without.write(&path, &bytes[..usize::try_from(offset).unwrap()]);
    let found = flaw(&without);
    assert_eq!((found.seq, found.reason), (last, Reason::ErasedWithoutRecord));
}

#[test]
fn the_first_of_several_unproven_erasures_is_named() {
    let disk = log_of(&[(3, &[1, 2, 3], &[]), (1, &[], &[(4, 2)]), (2, &[], &[(5, 3), (6, 1)])]);
    drop(open(&disk, Mode::Writer).unwrap());
    let (path, offset, _) = frame(&disk, 5);
    let bytes = disk.read(&path).unwrap();
    disk.write(&path, &bytes[..usize::try_from(offset).unwrap()]);
    let found = flaw(&disk);
    assert_eq!((found.seq, found.reason), (1, Reason::ErasedWithoutRecord));
    let log: crate::Result<Log<Memory>> = open(&disk, Mode::ReadOnly).map(|(log, _, _)| log);
    assert!(log.is_err());
}

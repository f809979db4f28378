//! The power goes at every change of an erasing, and of the opening that completes it.

use super::support::{commit, links, pending, shows, tells};
use crate::storage::Memory;
use crate::tests::support::{Random, create, open, record_naming};
use crate::{Blobs, Digest, Log, Mode, Tail};

/// A log in whose last batch a record is redacted.
struct Case {
    disk: Memory,
    target: u64,
    redaction: u64,
    links: Vec<Digest>,
}

/// Commits a last batch that ends in the redaction of `target`.
fn case(disk: Memory, mut log: Log<Memory>, count: u64, target: u64) -> Case {
    let redaction = log.head().size + count - 1;
    commit(&mut log, count, &[target], &[(redaction, target)]).unwrap();
    log.close().unwrap();
    let links = links(&disk);
    Case { disk, target, redaction, links }
}

fn begun(secrets: &[u64]) -> (Memory, Log<Memory>) {
    let disk = Memory::new();
    let mut log = create(&disk).unwrap();
    commit(&mut log, 3, secrets, &[]).unwrap();
    (disk, log)
}

/// The redaction stands in the batch of its target, or in another; the target is the first record of
/// its segment, the last, or in between.
fn cases() -> Vec<Case> {
    let (disk, log) = begun(&[1]);
    let mut found = vec![case(disk, log, 3, 5)];
    let (disk, log) = begun(&[1, 2]);
    found.push(case(disk, log, 1, 2));
    for is_first in [true, false] {
        let (disk, mut log) = begun(&[]);
        while disk.paths().len() < 3 {
            let size = log.head().size;
            commit(&mut log, 4, &[size, size + 3], &[]).unwrap();
        }
        let paths = disk.paths();
        let begins = |at: usize| paths[at][4..24].parse::<u64>().unwrap();
        let target = if is_first { begins(1) } else { begins(2) - 1 };
        found.push(case(disk, log, 2, target));
    }
    found
}

/// Whatever a loss of power leaves of an erasing: no damage, nothing is handed out, and the next
/// opening for writing completes it, whenever the power goes while it does.
fn survives(case: &Case, disk: &Memory, random: &mut Random) {
    disk.crash(&mut |limit| random.below(limit));
    for _ in 0..2 {
        let left = pending(disk).expect("an honest loss of power is no damage");
        assert!(left.is_empty() || left == [case.target], "{left:?}");
        assert_eq!(links(disk), case.links);
        let (log, _, _) = open(disk, Mode::ReadOnly).unwrap();
        assert!(!shows(&log, case.target), "it is not handed out");
        disk.lose_power_after(random.below(12));
        drop(open(disk, Mode::Writer));
        disk.crash(&mut |limit| random.below(limit));
    }
    let (log, opening, found) = open(disk, Mode::Writer).unwrap();
    assert_eq!((&found, opening.tail), (&case.links, Tail::Whole));
    assert!(!shows(&log, case.target));
    drop(log);
    disk.crash(&mut |_| 0);
    assert!(!tells(disk, case.target), "it is nowhere on the disk");
    assert_eq!((pending(disk).unwrap(), links(disk)), (Vec::new(), case.links.clone()));
}

#[test]
fn power_may_go_at_every_change_of_an_opening_that_completes() {
    for (number, case) in cases().iter().enumerate() {
        case.disk.write("log/torn-99-0", &super::support::secret(case.target));
        let dry = case.disk.fork();
        let before = dry.changes();
        drop(open(&dry, Mode::Writer).unwrap());
        let changes = dry.changes() - before;
        assert!(changes > 8, "{changes}");
        // What was written is read back once more after the last change.
        for at in 0..=changes + 1 {
            for seed in 0..10 {
                let mut random = Random(at * 1_000 + seed);
                let disk = case.disk.fork();
                disk.lose_power_after(at);
                let opened = open(&disk, Mode::Writer).is_ok();
                assert_eq!(opened, at > changes, "case {number} change {at} seed {seed}");
                survives(case, &disk, &mut random);
            }
        }
    }
}

#[test]
fn power_may_go_at_every_change_of_a_commit_and_its_erasing() {
    // The records up to the target's, and then a batch with its redaction.
    let base = Memory::new();
    let mut log = create(&base).unwrap();
    let name = Blobs::new(base.clone()).store(&[7; 16], &mut &b"what record 0002 said"[..]);
    let name = name.unwrap().name;
    commit(&mut log, 1, &[1], &[]).unwrap();
    let naming = record_naming(2, &[name], Some(super::support::secret(2)));
    log.commit(&[naming], &mut Vec::new()).unwrap();
    log.close().unwrap();
    base.write("log/torn-2-0", &super::support::secret(2));
    let work = |disk: &Memory, told: &mut u64| -> crate::Result<()> {
        let mut log = open(disk, Mode::Writer)?.0;
        commit(&mut log, 3, &[3], &[(5, 2)])?;
        *told = 1;
        log.erase(&[5])?;
        *told = 2;
        commit(&mut log, 1, &[6], &[])?;
        log.close()
    };
    let dry = base.fork();
    let before = dry.changes();
    work(&dry, &mut 0).unwrap();
    let changes = dry.changes() - before;
    for at in 0..=changes {
        for seed in 0..12 {
            let mut random = Random(at * 1_000 + seed);
            let disk = base.fork();
            let mut told = 0;
            disk.lose_power_after(at);
            drop(work(&disk, &mut told));
            disk.crash(&mut |limit| random.below(limit));
            let left = pending(&disk).expect("an honest loss of power is no damage");
            let (log, opening, _) = open(&disk, Mode::Writer).unwrap();
            let redacted = opening.head.size >= 6;
            assert!(redacted || told == 0, "change {at} seed {seed}");
            assert!(left.is_empty() || redacted);
            assert_eq!(shows(&log, 2), !redacted, "change {at} seed {seed}");
            assert!(shows(&log, 1));
            drop(log);
            disk.crash(&mut |_| 0);
            assert_eq!(tells(&disk, 2), !redacted, "change {at} seed {seed}");
            if told == 2 {
                assert!(left.is_empty(), "what was reported as erased is erased");
            }
        }
    }
}

#[test]
fn the_log_goes_on_after_an_erasing_and_keeps_what_it_acknowledged() {
    for case in cases() {
        let disk = case.disk.fork();
        let (mut log, _, _) = open(&disk, Mode::Writer).unwrap();
        assert!(!tells(&disk, case.target));
        assert_eq!(log.erase(&[case.redaction]).unwrap(), crate::Erased::default());
        let size = log.head().size;
        commit(&mut log, 2, &[size], &[(size + 1, size)]).unwrap();
        log.erase(&[size + 1]).unwrap();
        disk.crash(&mut |_| 0);
        assert!(!tells(&disk, size));
        assert_eq!(links(&disk).len() as u64, size + 2);
    }
}

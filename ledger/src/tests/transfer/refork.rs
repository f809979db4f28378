//! The records of a log under the links of another.

use crate::Mode;
use crate::storage::Memory;
use crate::tests::support::{SMALL, commit, genesis, nonces, open};
use crate::tests::transfer::support::{is_empty, log_of, sample, verified};
use crate::transfer::{Refork, refork};
use crate::{Error, Header, Payload, Pending, Reason, Result};

fn forked(source: &Memory, seq: u64, target: &Memory) -> Result<()> {
    let genesis = Pending { command_id: [9; 16], ..genesis() };
    forked_from(source, seq, target, &genesis)
}

fn forked_from(source: &Memory, seq: u64, target: &Memory, genesis: &Pending) -> Result<()> {
    let reader = log_of(source).reader();
    let fork = Refork { genesis, seq, is_withheld: &|_| false, limits: SMALL };
    let mut log = refork(&reader, &fork, target, nonces(3), &mut |_, _| {})?;
    assert_eq!(log.head().size, seq + 1);
    commit(&mut log, 4)?;
    log.close()
}

#[test]
fn a_fork_keeps_everything_but_the_links() {
    let source = sample(60);
    for seq in [0, 6, 41, 59] {
        let target = Memory::new();
        forked(&source, seq, &target).unwrap();
        assert_ne!(verified(&target).1, verified(&source).1);
        let (old, new) = (log_of(&source).reader(), log_of(&target).reader());
        for (old, new) in old.range(1..seq + 1).zip(new.range(1..seq + 1)) {
            let (old, new) = (old.unwrap(), new.unwrap());
            assert_ne!(old.link, new.link);
            assert_eq!(Header { prev: old.header.prev, ..new.header }, old.header);
            assert_eq!((old.core_salt(), old.core()), (new.core_salt(), new.core()));
            assert_eq!(old.payload(), new.payload());
        }
        if seq > 0 {
            assert_eq!(new.read(1).unwrap().unwrap().payload(), Payload::Erased);
        }
    }
}

#[test]
fn a_fork_that_no_reader_would_accept_is_refused() {
    let source = sample(20);
    let target = Memory::new();
    let late = Pending { time: 1_001, ..genesis() };
    let error = forked_from(&source, 9, &target, &late).err();
    let time = Reason::Time { found: 1_001, previous: 1_001 };
    assert!(matches!(error, Some(Error::Invalid { seq: 1, ref reason }) if *reason == time));
    is_empty(&target);
    // Record 1 was erased by record 6.
    let error = forked(&source, 5, &target).err();
    let erased = Reason::ErasedWithoutRecord;
    assert!(matches!(error, Some(Error::Invalid { seq: 1, ref reason }) if *reason == erased));
    is_empty(&target);
    let error = forked(&source, 20, &target).err();
    assert!(matches!(error, Some(Error::NoRecords { size: 20, .. })), "{error:?}");
    is_empty(&target);
    let other = sample(9);
    let before = other.paths();
    assert!(matches!(forked(&source, 9, &other), Err(Error::Exists { .. })));
    assert_eq!(other.paths(), before);
    assert_eq!(open(&other, Mode::Writer).unwrap().2.len(), 9);
}

#[test]
fn what_is_withheld_is_erased_in_the_fork() {
    let source = sample(20);
    let genesis = genesis();
    let reader = log_of(&source).reader();
    let fork = Refork { genesis: &genesis, seq: 9, is_withheld: &|seq| seq == 2, limits: SMALL };
    let target = Memory::new();
    let error = refork(&reader, &fork, &target, nonces(3), &mut |_, _| {}).err();
    // It needs its redaction all the same.
    assert!(matches!(error, Some(Error::Invalid { seq: 2, .. })), "{error:?}");
    is_empty(&target);
}

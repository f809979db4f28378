//! The records of a log under the links of another.

use crate::Mode;
use crate::storage::Memory;
use crate::tests::support::{SMALL, commit, genesis, nonces, open};
use crate::tests::transfer::support::{
    fork_genesis, fork_genesis_naming, is_empty, log_of, sample, verified,
};
use crate::transfer::{Refork, refork};
use crate::{Digest, Error, Header, Payload, Pending, Reason, Result};

fn forked(source: &Memory, seq: u64, target: &Memory) -> Result<()> {
    forked_from(source, seq, target, &fork_genesis(source, seq))
}

fn forked_from(source: &Memory, seq: u64, target: &Memory, genesis: &Pending) -> Result<()> {
    let reader = log_of(source).reader();
    let fork = Refork { genesis, seq, is_withheld: &|_| false, limits: SMALL };
    let made = refork(&reader, &fork, target, nonces(3), &mut |_, _| {})?;
    assert_eq!(verified(target), (made.head, made.log_id));
    let (mut log, opening, _) = open(target, Mode::Writer)?;
    assert_eq!((made.head.size, opening.head), (seq + 1, made.head));
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
    let late = Pending { time: 1_001, ..fork_genesis(&source, 9) };
    let error = forked_from(&source, 9, &target, &late).err();
    let time = Reason::Time { found: 1_001, previous: 1_001 };
    assert!(matches!(error, Some(Error::Invalid { seq: 1, ref reason }) if *reason == time));
    is_empty(&target);
    // Record 1 was erased by record 6.
    let error = forked(&source, 5, &target).err();
    let erased = Reason::ErasedWithoutRecord;
    assert!(matches!(error, Some(Error::Invalid { seq: 1, ref reason }) if *reason == erased));
    is_empty(&target);
    let beyond = fork_genesis_naming(verified(&source).1, 20, Digest::ZERO);
    let error = forked_from(&source, 20, &target, &beyond).err();
    assert!(matches!(error, Some(Error::NoRecords { size: 20, .. })), "{error:?}");
    is_empty(&target);
    let other = sample(9);
    let before = other.paths();
    let error = forked(&source, 9, &other).err();
    assert!(matches!(error, Some(Error::Exists { .. })), "{error:?}");
    assert_eq!(other.paths(), before);
    assert_eq!(open(&other, Mode::Writer).unwrap().2.len(), 9);
}

#[test]
fn a_fork_names_where_it_leaves_the_old_log() {
    let source = sample(20);
    let reader = log_of(&source).reader();
    let link = |seq| reader.read(seq).unwrap().unwrap().link;
    let log_id = link(0);
    let target = Memory::new();
    for genesis in [
        genesis(),
        fork_genesis_naming(Digest([1; 32]), 9, link(9)),
        fork_genesis_naming(log_id, 8, link(9)),
        fork_genesis_naming(log_id, 8, link(8)),
        fork_genesis_naming(log_id, 9, link(8)),
    ] {
        let error = forked_from(&source, 9, &target, &genesis).err();
        assert!(matches!(error, Some(Error::ForkOrigin { seq: 9 })), "{error:?}");
        is_empty(&target);
    }
    forked_from(&source, 9, &target, &fork_genesis_naming(log_id, 9, link(9))).unwrap();
}

#[test]
fn what_is_withheld_is_erased_in_the_fork() {
    let source = sample(20);
    let genesis = fork_genesis(&source, 9);
    let reader = log_of(&source).reader();
    let fork = Refork { genesis: &genesis, seq: 9, is_withheld: &|seq| seq == 2, limits: SMALL };
    let target = Memory::new();
    let error = refork(&reader, &fork, &target, nonces(3), &mut |_, _| {}).err();
    // It needs its redaction all the same.
    assert!(matches!(error, Some(Error::Invalid { seq: 2, .. })), "{error:?}");
    is_empty(&target);
}

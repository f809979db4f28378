//! Power loss at every change, full disks, failing disks.

use super::support::{Random, add, find, holds_exactly, open, options};
use crate::ids::{Error, Merge, Writer};
use crate::storage::Memory;
use crate::storage::memory::{Fault, Operation};

const BLOCKS: u64 = 20;

/// Adds blocks and merges until the power goes; how many ids were reported as added.
fn work(memory: &Memory, added: &mut u64) -> crate::ids::Result<()> {
    let link_of = |seq| Some(super::support::link_of(seq));
    let (mut writer, opened) =
        Writer::open(memory.clone(), super::support::LOG, options(), link_of)?;
    assert_eq!(opened.dropped, []);
    *added = writer.next_seq();
    for block in 0..BLOCKS {
        let end = writer.next_seq() + 1 + block * 7 % 40;
        add(&mut writer, end)?;
        *added = end;
        while writer.merge(25)? == Merge::Done {}
    }
    while writer.merge(25)? != Merge::Idle {}
    Ok(())
}

#[test]
fn power_may_go_at_every_change() {
    let dry = Memory::new();
    work(&dry, &mut 0).unwrap();
    let changes = dry.changes();
    assert!(changes > 6 * BLOCKS, "the work merges");
    for at in 0..=changes {
        for seed in 0..4 {
            let mut random = Random(at * 1_000 + seed);
            let memory = Memory::new();
            let mut added = 0;
            memory.lose_power_after(at);
            assert_eq!(work(&memory, &mut added).is_ok(), at == changes, "{at} seed {seed}");
            memory.crash(&mut |limit| random.below(limit));
            let (mut writer, opened) = open(&memory, u64::MAX);
            let size = writer.next_seq();
            assert!(size >= added, "ids of records {size}..{added} are gone");
            assert_eq!(opened.dropped, [], "change {at} seed {seed}");
            holds_exactly(&writer.reader(), size);
            add(&mut writer, size + 10).unwrap();
            holds_exactly(&writer.reader(), size + 10);
        }
    }
}

#[test]
fn power_may_go_again_and_again() {
    for seed in 0..20 {
        println!("seed {seed}");
        let mut random = Random(seed);
        let memory = Memory::new();
        for _ in 0..10 {
            memory.lose_power_after(random.below(150));
            let mut added = 0;
            drop(work(&memory, &mut added));
            memory.crash(&mut |limit| random.below(limit));
            let (writer, _) = open(&memory, u64::MAX);
            assert!(writer.next_seq() >= added);
            holds_exactly(&writer.reader(), writer.next_seq());
        }
    }
}

#[test]
fn a_disk_that_is_full_or_fails_keeps_what_was_added_and_adding_goes_on_after() {
    let kinds = [Operation::Create, Operation::Write, Operation::Sync, Operation::SyncDir];
    for operation in kinds.into_iter().chain([Operation::Rename, Operation::Remove]) {
        for fault in [Fault::Fail, Fault::NoSpace] {
            let memory = Memory::new();
            let (mut writer, _) = open(&memory, 0);
            for block in 1..=7 {
                add(&mut writer, block * 10).unwrap();
            }
            memory.inject(operation, 0, fault);
            let failed = add(&mut writer, 80);
            let failed = failed.and_then(|()| writer.merge(u64::MAX).map(drop)).unwrap_err();
            assert!(matches!(failed, Error::Io { .. }), "{failed}");
            let size = writer.next_seq();
            assert!(size == 70 || size == 80, "{size}");
            holds_exactly(&writer.reader(), size);
            add(&mut writer, 90).unwrap();
            while writer.merge(u64::MAX).unwrap() != Merge::Idle {}
            holds_exactly(&writer.reader(), 90);
            let (writer, opened) = open(&memory, 90);
            assert_eq!(opened.dropped, []);
            holds_exactly(&writer.reader(), 90);
        }
    }
}

#[test]
fn a_file_that_cannot_be_read_is_an_error_and_not_an_answer() {
    let memory = Memory::new();
    let (mut writer, _) = open(&memory, 0);
    add(&mut writer, 100).unwrap();
    memory.inject(Operation::Read, 0, Fault::Fail);
    let unread = find(&writer.reader(), 50);
    assert!(matches!(unread, Err(Error::Io { .. })), "{unread:?}");
    assert_eq!(find(&writer.reader(), 50).unwrap(), Some(50));
}

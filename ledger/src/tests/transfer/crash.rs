//! The power goes at every change of a transfer: there is the whole log or none, and the next
//! attempt succeeds.

use crate::storage::Memory;
use crate::tests::support::{Random, SMALL, nonces};
use crate::tests::transfer::support::{
    exported_with, fork_genesis, found_by_a_kernel, imported, log_of, note_of, sample,
    signed_sample, verified,
};
use crate::transfer::{Refork, backup, refork};
use crate::{Blobs, Error, Result};

/// Runs a transfer, loses power at every change of it, and runs it again.
fn storm(transfer: &dyn Fn(&Memory) -> Result<()>) {
    let dry = Memory::new();
    transfer(&dry).unwrap();
    let (whole, changes) = (verified(&dry), dry.changes());
    assert!(dry.paths().iter().filter(|path| path.ends_with(".seg")).count() > 2);
    let mut unfinished = 0;
    for at in 0..=changes {
        for seed in 0..8 {
            let mut random = Random(at * 1_000 + seed);
            let memory = Memory::new();
            memory.lose_power_after(at);
            let done = transfer(&memory).is_ok();
            assert_eq!(done, at == changes, "change {at}");
            memory.crash(&mut |limit| random.below(limit));
            let found = found_by_a_kernel(&memory);
            assert!(found.is_none_or(|head| head == whole.0), "change {at} seed {seed}");
            assert!(found.is_some() || !done);
            if found.is_some() {
                assert_eq!(verified(&memory), whole);
                continue;
            }
            unfinished += 1;
            // Once more, and the power goes while the remains are removed.
            memory.lose_power_after(random.below(6));
            drop(transfer(&memory));
            memory.crash(&mut |limit| random.below(limit));
            assert_eq!(found_by_a_kernel(&memory), None);
            transfer(&memory).unwrap();
            assert_eq!((verified(&memory), memory.paths()), (whole, dry.paths()));
        }
    }
    assert!(unfinished > 0);
}

#[test]
fn power_may_go_at_every_change_of_an_import() {
    let source = signed_sample(220, &[100]);
    let note = note_of(&source, 220);
    let text = exported_with(&source, 0..u64::MAX, Some(&note));
    storm(&|memory| imported(memory, &text).map(drop));
}

#[test]
fn power_may_go_at_every_change_of_a_backup() {
    let source = signed_sample(220, &[20, 219]);
    let notes = source.read("checkpoints");
    Blobs::new(source.clone()).store(&[7; 16], &mut &b"content"[..]).unwrap();
    storm(&|memory| {
        backup(&source, 220, memory, &mut |_, _| {}).map(drop)?;
        assert_eq!(memory.read("checkpoints"), notes);
        Ok(())
    });
}

#[test]
fn power_may_go_at_every_change_of_a_fork() {
    let source = sample(220);
    let reader = log_of(&source).reader();
    let genesis = fork_genesis(&source, 219);
    storm(&|memory| {
        let fork = Refork { genesis: &genesis, seq: 219, is_withheld: &|_| false, limits: SMALL };
        match refork(&reader, &fork, memory, nonces(3), &mut |_, _| {}) {
            // It is there already.
            Err(Error::Exists { .. }) => Ok(()),
            made => made.map(drop),
        }
    });
}

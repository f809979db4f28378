//! A disk that cannot be read: an error with the file's name, whoever reads, and no other answer.

use std::ops::ControlFlow;

use crate::storage::memory::{Fault, Operation};
use crate::tests::checkpoints::{Node, born, grow, sign};
use crate::tests::support::{SMALL, nonces};
use crate::*;

fn signed() -> Node {
    let (node, mut log, mut checkpointer) = born();
    for count in [40, 300, 5] {
        grow(&mut log, count).unwrap();
        sign(&mut checkpointer);
    }
    log.close().unwrap();
    node
}

/// Lets each read of `work` fail in turn, on either disk, until none is left to fail; how many failed.
fn every_read_fails(node: &Node, work: &dyn Fn(&Node) -> Result<()>) -> u64 {
    let mut failures = 0;
    for guards_fail in [false, true] {
        for nth in 0.. {
            let fork = Node { disk: node.disk.fork(), guards: node.guards.fork() };
            let failing = if guards_fail { &fork.guards } else { &fork.disk };
            let before = failing.count(Operation::Read);
            failing.inject(Operation::Read, nth, Fault::Fail);
            let worked = work(&fork);
            if failing.count(Operation::Read) <= before + nth {
                worked.unwrap();
                break;
            }
            match worked {
                Err(Error::Io { action: "read", .. }) => failures += 1,
                other => panic!("read {nth}: {other:?}"),
            }
            let kept = |disk: &Memory| -> Vec<Option<Vec<u8>>> {
                node.disk.paths().iter().map(|path| disk.read(path)).collect()
            };
            assert!(kept(&fork.disk) == kept(&node.disk), "read {nth}: something was changed");
        }
    }
    failures
}

fn open(node: &Node, mode: Mode) -> Result<(Log<Memory>, Opening)> {
    let options = OpenOptions { mode, limits: SMALL, threads: 1 };
    let mut visit = |_: &Entry<'_>| ControlFlow::Continue(());
    let guards = Some(node.guards.clone());
    Log::open_guarded(node.disk.clone(), guards, options, nonces(9), &mut visit)
}

#[test]
fn verification_does_not_take_an_unreadable_byte_for_damage() {
    let node = signed();
    for threads in [1, 2] {
        let failures = every_read_fails(&node, &|node| {
            let options = VerifyOptions { threads, ..VerifyOptions::default() };
            verify_guarded(&node.disk, Some(&node.guards), &[], options, &mut |_, _| {}).map(drop)
        });
        assert!(failures > 8, "{failures}");
    }
}

#[test]
fn opening_does_not_take_an_unreadable_byte_for_a_torn_write() {
    let node = signed();
    for mode in [Mode::Writer, Mode::ReadOnly] {
        let failures = every_read_fails(&node, &|node| open(node, mode).map(drop));
        assert!(failures > 8, "{mode:?}: {failures}");
    }
}

#[test]
fn a_record_or_a_proof_that_cannot_be_read_is_an_error() {
    let node = signed();
    let (log, opening) = open(&node, Mode::ReadOnly).unwrap();
    let head = opening.watched.last.unwrap().head();
    let fails = |work: &mut dyn FnMut() -> Result<()>| {
        for nth in 0.. {
            let before = node.disk.count(Operation::Read);
            node.disk.inject(Operation::Read, nth, Fault::Fail);
            let worked = work();
            if node.disk.count(Operation::Read) <= before + nth {
                return (worked.is_ok(), nth);
            }
            assert!(matches!(worked, Err(Error::Io { .. })), "read {nth}: {worked:?}");
        }
        unreachable!("every count has an end")
    };
    let reader = log.reader();
    let (ended_well, reads) = fails(&mut || reader.read(17).map(drop));
    assert!(ended_well && reads > 0, "{reads}");
    let (ended_well, reads) = fails(&mut || {
        let mut tree = TreeReader::new(node.disk.clone(), log.reader());
        tree.inclusion(&head, 17).map(drop)
    });
    assert!(ended_well && reads > 1, "{reads}");
}

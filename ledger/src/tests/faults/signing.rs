//! A disk that fails or is full while a checkpoint is signed: nothing more is signed, the log goes on,
//! and the next opening goes on from what is there.

use std::ops::ControlFlow;

use crate::storage::memory::{Fault, Operation, SECTOR_BYTES};
use crate::tests::checkpoints::{Node, OLD, born, grow, sign, signer};
use crate::tests::support::{SMALL, nonces};
use crate::*;

const OPERATIONS: [Operation; 6] = [
    Operation::Write,
    Operation::Sync,
    Operation::SyncDir,
    Operation::Create,
    Operation::Rename,
    Operation::Read,
];

fn opened(node: &Node) -> (Log<Memory>, Opening) {
    let options = OpenOptions { mode: Mode::Writer, limits: SMALL, threads: 1 };
    let mut visit = |_: &Entry<'_>| ControlFlow::Continue(());
    let guards = Some(node.guards.clone());
    Log::open_guarded(node.disk.clone(), guards, options, nonces(9), &mut visit).unwrap()
}

/// Injects one fault into signing; whether it met anything.
fn fails(operation: Operation, nth: u64, fault: Fault, on_guards: bool, earlier: u64) -> bool {
    let told = format!("{operation:?} {nth} {fault:?} guards {on_guards} earlier {earlier}");
    let (node, mut log, mut checkpointer) = born();
    for _ in 0..earlier {
        grow(&mut log, 3).unwrap();
        sign(&mut checkpointer);
    }
    grow(&mut log, 300).unwrap();
    let failing = if on_guards { &node.guards } else { &node.disk };
    let before = failing.count(operation);
    failing.inject(operation, nth, fault);
    let signed = checkpointer
        .follow(u64::MAX, &mut |_, _| {})
        .and_then(|_| checkpointer.sign().map(|note| note.is_some()));
    let met = failing.count(operation) > before + nth;
    let is_tile = operation != Operation::Read && !on_guards && signed.is_ok();
    assert!(met == signed.is_err() || is_tile, "{told}: {signed:?}");
    if let Err(error) = &signed {
        let is_io = matches!(error, Error::Io { .. });
        assert!(is_io && checkpointer.sign().is_err(), "{told}: {error}");
    }
    // The fault was the checkpointer's alone: the log itself has not stopped.
    let size = 301 + 3 * earlier;
    assert_eq!(log.head().size, size, "{told}");
    let rest = Node { disk: node.disk.fork(), guards: node.guards.fork() };
    if met {
        grow(&mut log, 2).unwrap();
    }
    drop((log, checkpointer));

    // The process ends and begins again, with whatever the page cache holds.
    let (mut log, opening) = opened(&rest);
    assert_eq!(opening.head.size, size, "{told}");
    assert!(!matches!(opening.watched.guard, GuardState::Contradicted(_)), "{told}");
    let signer = signer(&log, &OLD);
    let mut checkpointer = log.checkpointer(signer).unwrap().unwrap();
    grow(&mut log, 4).unwrap();
    assert_eq!(sign(&mut checkpointer).head().size, size + 4, "{told}");
    log.close().unwrap();
    let verify = |node: &Node| {
        let options = VerifyOptions { threads: 1, ..VerifyOptions::default() };
        verify_guarded(&node.disk, Some(&node.guards), &[], options, &mut |_, _| {})
    };
    assert_eq!(verify(&rest).unwrap().watched.guard, GuardState::Holds { size: size + 4 });
    // What was signed last is durable, whatever had failed before.
    for disk in [&rest.disk, &rest.guards] {
        disk.crash(&mut |_| 0);
    }
    let watched = verify(&rest).unwrap_or_else(|error| panic!("{told}: {error}")).watched;
    assert_eq!(watched.last.map(|last| last.head().size), Some(size + 4), "{told}");
    assert_eq!(watched.guard, GuardState::Holds { size: size + 4 }, "{told}");
    met
}

fn each_fails(fault: Fault) {
    let mut met = 0;
    for operation in OPERATIONS {
        for on_guards in [false, true] {
            for earlier in [0, 1] {
                met += (0..)
                    .take_while(|nth| fails(operation, *nth, fault, on_guards, earlier))
                    .count();
            }
        }
    }
    assert!(met > 25, "{met}");
}

#[test]
fn whatever_fails_while_signing_nothing_false_is_signed_and_nothing_signed_is_lost() {
    each_fails(Fault::Fail);
}

#[test]
fn a_disk_that_is_full_while_signing_costs_checkpoints_and_nothing_else() {
    each_fails(Fault::NoSpace);
}

#[test]
fn a_sync_that_fails_and_forgets_while_signing_loses_nothing_that_is_signed_later() {
    each_fails(Fault::Forget);
}

/// The last byte of a note stands alone in a sector, its sync fails and forgets, and the process begins
/// again: it reads a note that the disk does not have, and writes the next one behind it.
#[test]
fn a_note_that_only_the_page_cache_has_is_written_again_before_the_next() {
    let (node, mut log, mut checkpointer) = born();
    let mut sizes = sizes_of_notes_that_end_with_a_sector();
    let size = sizes.pop().unwrap();
    let grow_to = |log: &mut Log<Memory>, size: u64| {
        let more = size - log.head().size;
        grow(log, more).unwrap();
    };
    for size in sizes {
        grow_to(&mut log, size);
        sign(&mut checkpointer);
    }
    grow_to(&mut log, size);
    checkpointer.follow(u64::MAX, &mut |_, _| {}).unwrap();
    node.disk.inject(Operation::Sync, 1, Fault::Forget);
    assert!(matches!(checkpointer.sign(), Err(Error::Io { action: "sync", .. })));
    let len = node.disk.read(CHECKPOINTS_FILE).unwrap().len();
    assert!((len as u64).is_multiple_of(SECTOR_BYTES), "{len}");
    drop((log, checkpointer));
    let (mut log, opening) = opened(&node);
    assert_eq!(opening.watched.last.unwrap().head().size, size, "the page cache has the note");
    let signer = signer(&log, &OLD);
    let mut checkpointer = log.checkpointer(signer).unwrap().unwrap();
    grow(&mut log, 1).unwrap();
    sign(&mut checkpointer);
    drop((log, checkpointer));
    node.disk.crash(&mut |_| 0);
    let (_, opening) = opened(&node);
    assert_eq!(opening.watched.last.unwrap().head().size, size + 1);
}

/// A note takes a byte more for each digit of its size.
fn sizes_of_notes_that_end_with_a_sector() -> Vec<u64> {
    let (_, _, mut checkpointer) = born();
    let without_digits = sign(&mut checkpointer).as_bytes().len() as u64 - 1;
    for three in 0..100 {
        for two in 0..90 {
            for one in 1..10 {
                let digits = one + 2 * two + 3 * three;
                let bytes = (one + two + three) * without_digits + digits;
                if bytes.is_multiple_of(SECTOR_BYTES) {
                    return (1..=one).chain(10..10 + two).chain(100..100 + three).collect();
                }
            }
        }
    }
    panic!("no notes of {without_digits} bytes and their digits end with a sector")
}

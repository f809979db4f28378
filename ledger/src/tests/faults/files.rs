//! Segments under other names, twice, swapped, taken away: whole files, each good in itself.

use crate::storage::Storage as _;
use crate::tests::checkpoints::{Node, born, grow, sign};
use crate::tests::support::{SMALL, nonces};
use crate::*;

/// A log of five segments whose checkpoint covers all of it, and their paths.
fn five_segments() -> (Node, Vec<String>) {
    let (node, mut log, mut checkpointer) = born();
    while node.disk.list(LOG_DIR).unwrap().len() < 5 {
        grow(&mut log, 9).unwrap();
    }
    sign(&mut checkpointer);
    log.close().unwrap();
    let names = node.disk.list(LOG_DIR).unwrap();
    (node, names.into_iter().map(|name| format!("{LOG_DIR}/{name}")).collect())
}

/// A writer, a reader and verification refuse the log with the same place, and change nothing.
fn refused(what: &str, node: &Node) -> Integrity {
    let before = files(&node.disk);
    let options = VerifyOptions { threads: 1, ..VerifyOptions::default() };
    let verified =
        verify_guarded(&node.disk, Some(&node.guards), &[], options, &mut |_, _| {}).err();
    let Some(Error::Integrity(found)) = verified else { panic!("{what}: {verified:?}") };
    for mode in [Mode::Writer, Mode::ReadOnly] {
        let options = OpenOptions { mode, limits: SMALL, threads: 1 };
        let guards = Some(node.guards.clone());
        let mut visit = |_: &Entry<'_>| std::ops::ControlFlow::Continue(());
        let opened =
            Log::open_guarded(node.disk.clone(), guards, options, nonces(9), &mut visit).err();
        let Some(Error::Integrity(again)) = opened else { panic!("{what} {mode:?}: {opened:?}") };
        assert_eq!(again, found, "{what} {mode:?}");
    }
    assert!(files(&node.disk) == before, "{what}: something was changed");
    found
}

fn files(disk: &Memory) -> Vec<(String, Vec<u8>)> {
    disk.paths().into_iter().map(|path| (path.clone(), disk.read(&path).unwrap())).collect()
}

fn copy_of(node: &Node) -> Node {
    Node { disk: node.disk.fork(), guards: node.guards.clone() }
}

fn first_seq(path: &str) -> u64 {
    path.trim_start_matches("log/").trim_end_matches(".seg").parse().unwrap()
}

#[test]
fn swapped_segments_are_found_at_the_first_of_them() {
    let (node, paths) = five_segments();
    for left in 0..paths.len() {
        for right in left + 1..paths.len() {
            let copy = copy_of(&node);
            let [one, other] = [left, right].map(|at| node.disk.read(&paths[at]).unwrap());
            copy.disk.write(&paths[left], &other);
            copy.disk.write(&paths[right], &one);
            let found = refused("swapped", &copy);
            assert_eq!((&found.segment, found.offset), (&paths[left], 0), "{left} and {right}");
        }
    }
}

#[test]
fn a_segment_in_the_place_of_another_is_found_there() {
    let (node, paths) = five_segments();
    for from in 0..paths.len() {
        for to in (0..paths.len()).filter(|to| *to != from) {
            let copy = copy_of(&node);
            copy.disk.write(&paths[to], &node.disk.read(&paths[from]).unwrap());
            let found = refused("doubled", &copy);
            assert_eq!((&found.segment, found.offset), (&paths[to], 0), "{from} as {to}");
        }
    }
}

#[test]
fn a_segment_under_a_second_name_is_found() {
    let (node, paths) = five_segments();
    for from in 0..paths.len() {
        for place in 0..paths.len() {
            let copy = copy_of(&node);
            let second = format!("{LOG_DIR}/{:020}.seg", first_seq(&paths[place]) + 1);
            copy.disk.write(&second, &node.disk.read(&paths[from]).unwrap());
            let found = refused("twice", &copy);
            assert_eq!(found.segment, second, "{from} as {second}");
        }
    }
}

#[test]
fn a_segment_that_is_missing_is_found_where_it_should_be() {
    let (node, paths) = five_segments();
    for missing in paths.iter().skip(1) {
        let copy = copy_of(&node);
        copy.disk.remove(missing).unwrap();
        let found = refused("missing", &copy);
        assert_eq!(found.seq, first_seq(missing), "{found}");
    }
    let copy = copy_of(&node);
    copy.disk.remove(&paths[0]).unwrap();
    let options = VerifyOptions { threads: 1, ..VerifyOptions::default() };
    let found = verify(&copy.disk, options, &mut |_, _| {}).err();
    assert!(matches!(found, Some(Error::FirstSegmentMissing { .. })), "{found:?}");
}

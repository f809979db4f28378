//! Going on from a known record: what is passed over, what is refused, what is found anyway.

use std::ops::ControlFlow;

use super::checkpoints::{Node, OLD, born, grow, rotation, sign, signer};
use super::support::{Random, SMALL, nonces};
use crate::storage::Storage as _;
use crate::*;

/// A log of several segments whose last record is signed, closed, with its places kept; and where its
/// record `seq` can be gone on from.
fn kept(records: u64) -> Node {
    let (node, mut log, mut checkpointer) = born();
    grow(&mut log, records).unwrap();
    sign(&mut checkpointer);
    keep_places(&node.disk, &log.reader(), checkpointer.keys()).unwrap();
    drop(checkpointer);
    log.close().unwrap();
    node
}

fn start_at(node: &Node, seq: u64) -> Start {
    let (log, _) = open_all(node, Mode::ReadOnly).unwrap();
    assert_eq!(Start::find(&log.reader(), log.head().size).unwrap(), None);
    Start::find(&log.reader(), seq).unwrap().unwrap()
}

fn options(mode: Mode) -> OpenOptions {
    OpenOptions { mode, limits: SMALL, threads: 1 }
}

fn open_all(node: &Node, mode: Mode) -> Result<(Log<Memory>, Opening)> {
    let guards = Some(node.guards.clone());
    let visit = &mut |_: &Entry<'_>| ControlFlow::Continue(());
    Log::open_guarded(node.disk.clone(), guards, options(mode), nonces(900), visit)
}

/// Opens from a start; also the positions that were read.
fn open_from(node: &Node, mode: Mode, start: &Start) -> Result<(Log<Memory>, Opening, Vec<u64>)> {
    let guards = Some(node.guards.clone());
    let mut read = Vec::new();
    let visit = &mut |entry: &Entry<'_>| {
        read.push(entry.header.seq);
        ControlFlow::Continue(())
    };
    let (disk, nonces) = (node.disk.clone(), nonces(900));
    let (log, opening) = Log::open_from(disk, guards, options(mode), nonces, Some(start), visit)?;
    Ok((log, opening, read))
}

fn same(node: &Node, start: &Start) {
    let (all, whole) = open_all(node, Mode::ReadOnly).unwrap();
    let (log, opening, read) = open_from(node, Mode::ReadOnly, start).unwrap();
    assert_eq!(opening.head, whole.head);
    assert_eq!((opening.watched.root, opening.log_id), (whole.watched.root, whole.log_id));
    assert_eq!(opening.watched.keys.history(), whole.watched.keys.history());
    assert_eq!(opening.settled, whole.settled);
    let expected: Vec<u64> = (opening.first_read..whole.head.size).collect();
    assert_eq!(read, expected);
    assert!(opening.first_read <= start.seq && start.seq < opening.first_read + 41);
    // Records that were passed over are found, in any order.
    let (found, expected) = (log.reader(), all.reader());
    for seq in (0..whole.head.size).rev().step_by(7) {
        let entries = (found.read(seq).unwrap().unwrap(), expected.read(seq).unwrap().unwrap());
        assert_eq!((entries.0.link, entries.0.offset), (entries.1.link, entries.1.offset));
    }
    assert_eq!(found.range(0..u64::MAX).count() as u64, whole.head.size);
}

fn refused(node: &Node, start: &Start) -> String {
    for mode in [Mode::ReadOnly, Mode::Writer] {
        let before = node.disk.changes();
        let error = open_from(node, mode, start).map(|(_, opening, _)| opening).unwrap_err();
        let Error::Start { .. } = error else { panic!("{error}") };
        if mode == Mode::ReadOnly {
            assert_eq!(node.disk.changes(), before);
            continue;
        }
        return error.to_string();
    }
    unreachable!()
}

#[test]
fn a_log_is_gone_on_with_from_any_record() {
    let node = kept(900);
    let mut random = Random(7);
    for seq in [0, 1, 40, 41, 255, 256, 257, 511, 512, 900]
        .into_iter()
        .chain(std::iter::repeat_with(|| random.below(901)).take(20).collect::<Vec<_>>())
    {
        same(&node, &start_at(&node, seq));
    }
}

#[test]
fn a_large_log_has_tiles_above_tiles() {
    let node = kept(66_500);
    for seq in [65_535, 65_536, 66_000, 66_500] {
        same(&node, &start_at(&node, seq));
    }
}

#[test]
fn what_was_kept_may_be_lost_or_damaged() {
    let node = kept(900);
    let start = start_at(&node, 700);
    for at in 0..node.disk.read("index/places").unwrap().len() as u64 {
        node.disk.flip("index/places", at, 1 << (at % 8));
        if at % 41 == 0 {
            same(&node, &start);
        } else {
            open_from(&node, Mode::ReadOnly, &start).unwrap();
        }
        node.disk.flip("index/places", at, 1 << (at % 8));
    }
    node.disk.remove("index/places").unwrap();
    same(&node, &start);
}

#[test]
fn a_writer_goes_on_and_signs() {
    let node = kept(900);
    let start = start_at(&node, 900);
    let (mut log, opening, _) = open_from(&node, Mode::Writer, &start).unwrap();
    assert_eq!(opening.watched.last.as_ref().unwrap().head().size, 901);
    let signer = signer(&log, &OLD);
    let mut checkpointer = log.checkpointer(signer).unwrap().unwrap();
    grow(&mut log, 300).unwrap();
    assert_eq!(sign(&mut checkpointer).head().size, 1_201);
    let (all, _) = open_all(&node, Mode::ReadOnly).unwrap();
    assert_eq!(all.head().size, 1_201);
}

#[test]
fn a_start_beyond_the_last_checkpoint_is_refused() {
    let (node, mut log, mut checkpointer) = born();
    grow(&mut log, 100).unwrap();
    sign(&mut checkpointer);
    grow(&mut log, 40).unwrap();
    log.close().unwrap();
    same(&node, &start_at(&node, 100));
    let said = refused(&node, &start_at(&node, 101));
    assert_eq!(said, "the log cannot be read from record 101 on: no checkpoint binds it");
    node.disk.remove("checkpoints").unwrap();
    refused(&node, &start_at(&node, 100));
}

#[test]
fn a_start_that_does_not_fit_is_refused() {
    let node = kept(900);
    let start = start_at(&node, 700);
    let other = Digest([9; 32]);
    let said = refused(&node, &Start { link: other, ..start });
    assert_eq!(said, "the log cannot be read from record 700 on: it has another link");
    refused(&node, &Start { seq: start.seq - 60, ..start });
    refused(&node, &Start { segment: start.segment + 1, ..start });
    for offset in [0, 1, 63, 65, start.offset - 1, start.offset + 1, 1 << 40, u64::MAX] {
        refused(&node, &Start { offset, ..start });
    }
}

#[test]
fn a_missing_tile_is_refused_and_a_damaged_one_is_no_root() {
    let node = kept(900);
    let start = start_at(&node, 900);
    let path = "tile/0/001";
    let whole = node.disk.read(path).unwrap();
    node.disk.flip(path, 77, 1);
    let error = open_from(&node, Mode::Writer, &start).map(|_| ()).unwrap_err();
    let Error::Integrity(found) = &error else { panic!("{error}") };
    assert!(matches!(found.reason, Reason::TreeMismatch { size: 901, .. }), "{error}");
    node.disk.remove(path).unwrap();
    let said = refused(&node, &start);
    assert_eq!(said, "the log cannot be read from record 900 on: a tile is missing");
    // The whole log is good all the same, and reading it brings the tile back.
    open_all(&node, Mode::Writer).unwrap();
    assert_eq!(node.disk.read(path).unwrap(), whole);
    same(&node, &start);
}

#[test]
fn damage_from_the_start_on_is_found_and_before_it_is_not() {
    let node = kept(900);
    let start = start_at(&node, 900);
    let place = |seq| {
        let (log, _) = open_all(&node, Mode::ReadOnly).unwrap();
        let entry = log.reader().read(seq).unwrap().unwrap();
        (entry.segment.to_string(), entry.offset + 60)
    };
    let (early, late) = (place(300), place(899));
    node.disk.flip(&late.0, late.1, 1);
    assert!(open_from(&node, Mode::Writer, &start).is_err());
    node.disk.flip(&late.0, late.1, 1);
    node.disk.flip(&early.0, early.1, 1);
    let (log, opening, _) = open_from(&node, Mode::Writer, &start).unwrap();
    assert!(opening.first_read > 300);
    // Nobody is handed the damaged record, and whoever reads everything finds it.
    let Err(Error::Integrity(found)) = log.reader().read(300) else { panic!("read") };
    assert_eq!(found.seq, 300);
    drop(log);
    assert!(open_all(&node, Mode::ReadOnly).is_err());
}

#[test]
fn the_keys_are_those_of_every_change() {
    let (node, mut log, mut checkpointer) = born();
    grow(&mut log, 100).unwrap();
    let change = rotation(&log, &OLD);
    log.commit(&[change], &mut Vec::new()).unwrap();
    grow(&mut log, 100).unwrap();
    checkpointer.set_signer(signer(&log, &super::checkpoints::NEW));
    sign(&mut checkpointer);
    keep_places(&node.disk, &log.reader(), checkpointer.keys()).unwrap();
    log.close().unwrap();
    let start = start_at(&node, 200);
    same(&node, &start);
    // Without the change the checkpoint is somebody else's.
    node.disk.remove("index/places").unwrap();
    assert!(open_from(&node, Mode::Writer, &start).is_err());
}

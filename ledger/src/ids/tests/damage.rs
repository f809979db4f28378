//! Flipped, cut, swapped and misplaced bytes: the right answer or an error, never another answer.

use super::support::{add, files, find, holds_exactly, open, open_with, options};
use crate::ids::{Error, Merge, Options, Reader, Why};
use crate::storage::Memory;

const SIZE: u64 = 400;

fn one_run() -> (Memory, String) {
    let memory = Memory::new();
    let (mut writer, _) = open(&memory, 0);
    add(&mut writer, SIZE).unwrap();
    let path = files(&memory).remove(0);
    (memory, path)
}

/// Every answer is right or damage is named; how many look-ups met damage.
fn never_wrong(reader: &Reader<Memory>, end: u64) -> u64 {
    let mut damaged = 0;
    for seq in 0..end + 30 {
        match find(reader, seq) {
            Ok(found) => assert_eq!(found, (seq < end).then_some(seq), "id of {seq}"),
            Err(Error::Damaged { .. }) => damaged += 1,
            Err(other) => panic!("{other}"),
        }
    }
    damaged
}

#[test]
fn a_flipped_bit_at_any_byte_is_found_when_opening_or_when_it_matters() {
    let (memory, path) = one_run();
    let bytes = memory.read(&path).unwrap().len() as u64;
    assert_eq!(bytes, (1 + 1 + 3) * 4_096, "header, filter and entries");
    for byte in 0..bytes {
        let memory = memory.fork();
        memory.flip(&path, byte, 1 << (byte % 8));
        let (mut writer, opened) = open(&memory, SIZE);
        if byte < 2 * 4_096 {
            let [dropped] = opened.dropped.as_slice() else { panic!("byte {byte} unseen") };
            assert!(matches!(dropped.why, Why::Damaged(_)), "{dropped:?}");
            assert_eq!((opened.mark, files(&memory).len()), (None, 0));
        } else {
            assert_eq!(opened.dropped, []);
            let damaged = if byte % 61 == 0 { never_wrong(&writer.reader(), SIZE) } else { 1 };
            assert!(damaged > 0, "byte {byte} unseen");
            writer.reset().unwrap();
        }
        if byte % 509 == 0 {
            add(&mut writer, SIZE).unwrap();
            holds_exactly(&writer.reader(), SIZE);
        }
    }
}

#[test]
fn a_flipped_bit_under_an_open_reader_is_found_in_the_filter_on_the_disk() {
    let (memory, path) = one_run();
    let options = Options { filter_bytes_max: 0, ..options() };
    for byte in (4_096..5 * 4_096).step_by(97) {
        let memory = memory.fork();
        let (writer, _) = open_with(&memory, SIZE, options).unwrap();
        memory.flip(&path, byte, 0x10);
        let damaged = never_wrong(&writer.reader(), SIZE);
        if byte < 2 * 4_096 {
            assert_eq!(damaged, SIZE + 30, "all answers rest on the block with byte {byte}");
        } else {
            assert!((1..=SIZE).contains(&damaged), "byte {byte}: {damaged}");
        }
    }
}

#[test]
fn a_cut_or_longer_file_is_found() {
    let (memory, path) = one_run();
    let bytes = memory.read(&path).unwrap();
    let lens = (0..bytes.len()).step_by(1_021).chain([4_095, 4_096, bytes.len() - 1]);
    for len in lens {
        let memory = memory.fork();
        memory.write(&path, &bytes[..len]);
        let (_, opened) = open(&memory, SIZE);
        assert_eq!((opened.mark, opened.dropped.len()), (None, 1), "cut to {len}");
    }
    memory.write(&path, &[bytes.as_slice(), &[0; 4_096]].concat());
    assert_eq!(open(&memory, SIZE).1.dropped.len(), 1);
}

#[test]
fn blocks_that_changed_places_and_files_that_changed_names_are_found() {
    let (memory, path) = one_run();
    let bytes = memory.read(&path).unwrap();
    for (left, right) in [(1, 2), (2, 3), (3, 4), (0, 1)] {
        let mut blocks: Vec<&[u8]> = bytes.chunks(4_096).collect();
        blocks.swap(left, right);
        let memory = memory.fork();
        memory.write(&path, &blocks.concat());
        let (writer, opened) = open(&memory, SIZE);
        let damaged = never_wrong(&writer.reader(), opened.mark.map_or(0, |mark| mark.size));
        assert!(damaged > 0 || opened.dropped.len() == 1, "{left} and {right}");
    }

    let memory = Memory::new();
    let (mut writer, _) = open(&memory, 0);
    (1..=2).for_each(|block| add(&mut writer, block * 50).unwrap());
    let paths = files(&memory);
    let [first, second] = [0, 1].map(|at| memory.read(&paths[at]).unwrap());
    memory.write(&paths[0], &second);
    memory.write(&paths[1], &first);
    let (_, opened) = open(&memory, 100);
    assert_eq!((opened.mark, opened.dropped.len()), (None, 2));
    assert!(opened.dropped[0].why.to_string().ends_with("its name is another run's"));
}

/// A block of the same place in a file of the same size, but of other records.
#[test]
fn a_block_of_another_file_is_found() {
    let memory = Memory::new();
    let (mut writer, _) = open(&memory, 0);
    (1..=2).for_each(|block| add(&mut writer, block * 50).unwrap());
    let paths = files(&memory);
    let mut mixed = memory.read(&paths[0]).unwrap();
    let other = memory.read(&paths[1]).unwrap();
    mixed[2 * 4_096..].copy_from_slice(&other[2 * 4_096..]);
    memory.write(&paths[0], &mixed);
    let (writer, _) = open(&memory, 100);
    assert_eq!(never_wrong(&writer.reader(), 100), 50);
}

#[test]
fn a_damaged_run_is_not_merged_away() {
    let memory = Memory::new();
    let (mut writer, _) = open(&memory, 0);
    (1..=8).for_each(|block| add(&mut writer, block * 10).unwrap());
    memory.flip(&files(&memory)[3], 2 * 4_096 + 5, 1);
    let merged = writer.merge(u64::MAX);
    assert!(matches!(merged, Err(Error::Damaged { .. })), "{merged:?}");
    assert_eq!(never_wrong(&writer.reader(), 80), 10);
    writer.reset().unwrap();
    add(&mut writer, 80).unwrap();
    assert_eq!(writer.merge(u64::MAX).unwrap(), Merge::Idle);
    holds_exactly(&writer.reader(), 80);
}

/// The power went after a merge and before the old files were gone; then the merged one rots.
#[test]
fn what_a_damaged_run_was_merged_from_is_used_if_it_is_still_there() {
    let memory = Memory::new();
    let (mut writer, _) = open(&memory, 0);
    (1..=8).for_each(|block| add(&mut writer, block * 10).unwrap());
    let old: Vec<(String, Vec<u8>)> = files(&memory)
        .into_iter()
        .map(|path| (path.clone(), memory.read(&path).unwrap()))
        .collect();
    assert_eq!(writer.merge(u64::MAX).unwrap(), Merge::Done);
    let merged = files(&memory).remove(0);
    old.iter().for_each(|(path, bytes)| memory.write(path, bytes));

    let (writer, opened) = open(&memory.fork(), 80);
    assert_eq!((opened.dropped.len(), writer.reader().runs()), (0, 1));
    memory.flip(&merged, 100, 1);
    let (writer, opened) = open(&memory, 80);
    assert_eq!((opened.dropped.len(), writer.reader().runs()), (1, 8));
    holds_exactly(&writer.reader(), 80);
}

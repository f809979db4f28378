//! Damaged, cut, missing and foreign folders: removed and begun anew, never answered from.

use std::fs;
use std::path::Path;

use super::support::{BLOCK, LOG, add_up_to, folder, link_of, open, page, posting};
use crate::Digest;
use crate::postings::{Direction, Error, Filter, Writer};

const BLOCKS: u64 = 3;

/// Everything that is asked is answered as by the whole, or damage is named. Whether it was.
fn never_wrong(path: &Path) -> bool {
    let (writer, opened) = open(path, BLOCKS * BLOCK);
    let size = opened.mark.map_or(0, |mark| mark.size);
    let reader = writer.reader();
    let mut damaged = opened.dropped.is_some();
    for kind in 64..68 {
        let filter = Filter { kinds: vec![kind], ..Filter::default() };
        match page(&reader, &filter, Direction::Ascending, u64::MAX) {
            Ok(found) => {
                let expected = (0..size).filter(|seq| posting(*seq).kind == kind);
                assert!(found.into_iter().eq(expected), "kind {kind}");
            }
            Err(Error::Damaged { .. }) => damaged = true,
            Err(other) => panic!("{other}"),
        }
    }
    for seq in (0..size).step_by(1_000) {
        match reader.children(seq, usize::MAX) {
            Ok(found) => {
                let expected = (0..size).filter(|child| posting(*child).cause == Some(seq));
                assert!(found.into_iter().eq(expected), "children of {seq}");
            }
            Err(Error::Damaged { .. }) => damaged = true,
            Err(other) => panic!("{other}"),
        }
    }
    damaged
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

fn files(path: &Path) -> Vec<String> {
    let entries = fs::read_dir(path).unwrap().map(Result::unwrap);
    let files = entries.filter(|entry| entry.file_type().unwrap().is_file());
    files.map(|entry| entry.file_name().into_string().unwrap()).collect()
}

/// Mistreats a copy of a good folder; whether damage was found. Afterwards it is made anew.
fn mistreat(whole: &Path, mistreat: impl FnOnce(&Path)) -> bool {
    let (_dir, path) = folder();
    copy(whole, &path);
    mistreat(&path);
    let damaged = never_wrong(&path);
    let (mut writer, opened) = open(&path, BLOCKS * BLOCK);
    assert!(damaged || opened.mark.is_some());
    add_up_to(&mut writer, BLOCKS).unwrap();
    drop(writer);
    assert!(!never_wrong(&path), "made anew");
    damaged
}

fn whole() -> (tempfile::TempDir, std::path::PathBuf) {
    let (dir, path) = folder();
    let (mut writer, _) = open(&path, 0);
    add_up_to(&mut writer, BLOCKS).unwrap();
    drop(writer);
    assert!(!never_wrong(&path));
    (dir, path)
}

#[test]
fn flipped_bits_are_never_answered_from() {
    let (_dir, path) = whole();
    let mut found = 0;
    for file in files(&path) {
        let bytes = fs::read(path.join(&file)).unwrap();
        let stride = bytes.len().div_ceil(25);
        for byte in (0..bytes.len()).step_by(stride).chain(0..bytes.len().min(20)) {
            println!("{file} byte {byte}");
            found += u32::from(mistreat(&path, |path| {
                let mut bytes = bytes.clone();
                bytes[byte] ^= 1 << (byte % 8);
                fs::write(path.join(&file), bytes).unwrap();
            }));
        }
    }
    assert!(found > 5, "{found} flips were seen");
}

#[test]
fn cut_and_missing_files_are_never_answered_from() {
    let (_dir, path) = whole();
    let mut found = 0;
    for file in files(&path) {
        let bytes = fs::read(path.join(&file)).unwrap();
        for len in (0..bytes.len()).step_by(bytes.len().div_ceil(12)) {
            println!("{file} cut to {len}");
            found += u32::from(mistreat(&path, |path| {
                fs::write(path.join(&file), &bytes[..len]).unwrap();
            }));
        }
        println!("{file} missing");
        mistreat(&path, |path| fs::remove_file(path.join(&file)).unwrap());
    }
    assert!(found > 5, "{found} cuts were seen");
}

/// What a loss of power may leave: sled's flush does not sync.
#[test]
fn pages_that_never_reached_the_disk_are_never_answered_from() {
    let (_dir, path) = whole();
    let bytes = fs::read(path.join("db")).unwrap();
    let mut found = 0;
    for from in (0..bytes.len()).step_by(bytes.len().div_ceil(20)) {
        println!("4 KiB zero at {from}");
        found += u32::from(mistreat(&path, |path| {
            let mut bytes = bytes.clone();
            bytes.iter_mut().skip(from).take(4_096).for_each(|byte| *byte = 0);
            fs::write(path.join("db"), bytes).unwrap();
        }));
    }
    assert!(found > 2, "{found} lost pages were seen");
}

#[test]
fn folders_of_another_log_or_other_records_or_ahead_of_the_log_are_begun_anew() {
    let (_dir, path) = whole();
    let foreign = Writer::open(&path, Digest([8; 32]), |seq| Some(link_of(seq))).unwrap();
    assert_eq!(foreign.1.mark, None);
    assert!(foreign.1.dropped.unwrap().contains("Mark does not hold"));

    let (_dir, path) = whole();
    let (_, opened) = open(&path, BLOCKS * BLOCK - 1);
    assert_eq!(opened.dropped.as_deref(), Some("they go further than the log"));
    let (_dir, path) = whole();
    let other = Writer::open(&path, LOG, |_| Some(Digest::ZERO)).unwrap();
    assert_eq!(other.1.dropped.as_deref(), Some("they were made from other records"));
    let mut writer = other.0;
    add_up_to(&mut writer, BLOCKS).unwrap();
    drop(writer);
    assert!(!never_wrong(&path));
}

#[test]
fn a_folder_has_one_opener() {
    let (_dir, path) = folder();
    let (writer, _) = open(&path, 0);
    let second = Writer::open(&path, LOG, |_| None);
    assert!(matches!(second, Err(Error::Held { .. })), "{second:?}");
    drop(writer);
    open(&path, 0);
}

#[test]
fn what_was_condemned_is_made_anew_even_if_the_crash_came_while_removing_it() {
    let (_dir, path) = whole();
    fs::write(path.with_extension("condemned"), "").unwrap();
    let (mut writer, opened) = open(&path, BLOCKS * BLOCK);
    assert_eq!(opened.dropped.as_deref(), Some("they were condemned before"));
    assert!(!path.with_extension("condemned").exists());
    add_up_to(&mut writer, BLOCKS).unwrap();
    drop(writer);
    assert!(!never_wrong(&path));
}

//! The index of a running kernel: it finds what reading finds, and comes back however it was lost.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;
use weft_commands::requests::tree::{Put, Remove};
use weft_commands::{Command, CommandId};
use weft_projections::{Actor, Kind, OperatorId, Seq};
use weft_runtime::api::queries::{Filter, Order, Page, Sight, records};
use weft_runtime::node::{Birth, DEFAULT_ORIGIN, Layout, init};
use weft_runtime::{Driver, Handle, Kernel, Native, OpenOptions, Request};

/// A block of postings is one of 4,096 records.
const INDEXED: u64 = 2 * 4_096;
const RECORDS: u64 = INDEXED + 300;

/// Between two looks whether the index is there.
const LOOK_AGAIN: Duration = Duration::from_millis(5);
const LOOKS_MAX: usize = 12_000;

#[test]
fn the_index_finds_what_reading_finds_and_comes_back_when_it_was_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let layout = Layout::new(folder.path().join("node"));
    let constitution = weft_projections::DEFAULT_CONSTITUTION.to_owned();
    init(&layout, Birth { origin: DEFAULT_ORIGIN.to_owned(), constitution, command_id: None })
        .unwrap();
    let (driver, handle) = start(&layout);
    fill(&handle);
    check(&handle);
    stop(driver, handle);

    let postings = layout.postings();
    let whole = files(&postings);
    assert!(!whole.is_empty());
    for file in &whole {
        let bytes = fs::read(file).unwrap();
        let zeros = vec![0; bytes.len()];
        let flipped = bytes.iter().map(|byte| byte ^ 0x10).collect();
        for damaged in [zeros, flipped, bytes[..bytes.len() / 2].to_vec()] {
            fs::write(file, damaged).unwrap();
            let (driver, handle) = start(&layout);
            check(&handle);
            stop(driver, handle);
        }
    }
    fs::remove_dir_all(&postings).unwrap();
    let (driver, handle) = start(&layout);
    check(&handle);
    stop(driver, handle);
}

fn start(layout: &Layout) -> (Driver, Handle<Native>) {
    let platform = Native::new(layout.data_dir());
    Driver::start(Kernel::open(platform, OpenOptions::writer()).unwrap().0).unwrap()
}

fn stop(driver: Driver, handle: Handle<Native>) {
    drop(handle);
    driver.join().unwrap();
}

fn fill(handle: &Handle<Native>) {
    let answers: Vec<_> =
        (1..RECORDS).map(|number| handle.send(request(number)).unwrap()).collect();
    assert!(answers.iter().all(|answer| answer.recv().unwrap().unwrap().took_effect()));
}

/// Every hundredth command removes what the others put.
fn request(number: u64) -> Request {
    let path = "/docs/a".parse().unwrap();
    let command = if number.is_multiple_of(100) {
        Command::Remove(Remove { path, recursive: false })
    } else {
        Command::Put(Put { path, kind: "file".parse().unwrap(), meta_keys: Vec::new() })
    };
    let id = CommandId::new(u128::from(number).to_be_bytes()).unwrap();
    Request::new(Actor::Operator(OperatorId::FIRST), id, command)
}

/// Waits for the index, and asks it.
fn check(handle: &Handle<Native>) {
    let published = handle.published();
    let postings = (0..LOOKS_MAX)
        .find_map(|_| {
            handle.published_past(published.head.seq, LOOK_AGAIN);
            let postings = handle.finder().postings()?;
            postings.mark().is_some_and(|mark| mark.size == INDEXED).then_some(postings)
        })
        .expect("the index is made");
    let (state, reader, head) = (&published.state, handle.reader(), published.head.seq);
    let kind = Some(Kind::TREE_REMOVE);
    let filter = Filter { kind, ..Filter::default() };
    let page = Page { from: Some(Seq(0)), limit: 1_000, order: Order::Oldest };
    for postings in [None, Some(&*postings)] {
        let sight = Sight { state, reader, head, postings };
        let found = records(&sight, &filter, page).unwrap();
        let seqs: Vec<u64> = found.records.iter().map(|record| record.seq).collect();
        assert_eq!(seqs, (100..RECORDS).step_by(100).collect::<Vec<u64>>());
        assert_eq!(found.next, None);
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.is_file()).collect()
}

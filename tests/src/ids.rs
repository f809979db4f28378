//! Ids of long ago, on real files: recognised however much was recorded since, and whatever became of
//! the index.

use std::collections::VecDeque;
use std::fs;
use std::path::{Path, PathBuf};
use weft_commands::requests::tree;
use weft_commands::{Command, CommandId};
use weft_projections::{Actor, OperatorId, ResourceKind, Seq, TreePath};
use weft_runtime::node::{Birth, DEFAULT_ORIGIN, Layout, init};
use weft_runtime::{
    Answer, Driver, Handle, Kernel, Native, OpenOptions, Progress, Refused, Request, WINDOW_RECORDS,
};

const RECORDS: u64 = 200_000;
const IN_FLIGHT: usize = 4_096;

/// Requests that are asked again: the oldest, some in between, the latest.
const ASKED_AGAIN: [u64; 7] = [1, 2, 77, 65_536, 99_999, RECORDS - 1, RECORDS];

#[test]
fn an_id_is_recognised_200_000_records_later_and_without_its_index() {
    let folder = tempfile::tempdir().unwrap();
    let layout = Layout::new(folder.path().join("node"));
    let constitution = weft_projections::DEFAULT_CONSTITUTION.to_owned();
    init(&layout, Birth { origin: DEFAULT_ORIGIN.to_owned(), constitution, command_id: None })
        .unwrap();

    let (driver, handle) = Driver::start(open(&layout, &mut |_| ())).unwrap();
    fill(&handle);
    assert!(RECORDS > 3 * WINDOW_RECORDS as u64, "most ids have left the memory");
    let mark = handle.ids().mark().map_or(0, |mark| mark.size);
    assert!(mark > 0, "files know ids while the kernel runs");
    asked_again(&mut |request| handle.submit(request).unwrap());
    drop(handle);
    driver.join().unwrap();

    // Everything is there: nothing is read.
    let mut kernel = open(&layout, &mut |progress| panic!("{progress:?}"));
    asked_again(&mut |request| kernel.execute(request).unwrap());
    kernel.close().unwrap();

    let index = layout.data_dir().join("index");
    fs::remove_dir_all(&index).unwrap();
    rebuilt(&layout, 0);
    for file in files(&index) {
        let mut bytes = fs::read(&file).unwrap();
        let middle = bytes.len() / 2;
        bytes[..64].fill(0xa5);
        bytes[middle] ^= 1;
        fs::write(&file, bytes).unwrap();
    }
    rebuilt(&layout, 0);
    let newest = files(&index).pop().unwrap();
    let whole = fs::read(&newest).unwrap();
    fs::write(&newest, &whole[..whole.len() - 1]).unwrap();
    rebuilt(&layout, 2 * 65_536);
}

/// Opens a node whose index is gone or damaged from the record `from` on: it is read again, and that
/// is told.
fn rebuilt(layout: &Layout, from: u64) {
    let mut told = Vec::new();
    let mut kernel = open(layout, &mut |Progress { done, total }| told.push((done, total)));
    assert_eq!(kernel.index_opening().read, from..RECORDS + 1);
    assert!(told.is_sorted() && told.iter().all(|(_, total)| *total == RECORDS + 1), "{told:?}");
    assert!(told.len() as u64 > (RECORDS - from) / 8_192, "{told:?}");
    asked_again(&mut |request| kernel.execute(request).unwrap());
    kernel.close().unwrap();
}

fn open(layout: &Layout, progress: &mut dyn FnMut(Progress)) -> Kernel<Native, ()> {
    let (platform, options) = (Native::new(layout.data_dir()), OpenOptions::writer());
    Kernel::open_with(platform, options, progress).unwrap().0
}

/// Puts the requests 1, 2, and so on, each as the record of its number.
fn fill(handle: &Handle<Native>) {
    let mut waiting = VecDeque::with_capacity(IN_FLIGHT);
    for number in 1..=RECORDS {
        waiting.push_back(handle.send(request(number, "/apps/one")).unwrap());
        if waiting.len() == IN_FLIGHT {
            took_effect(waiting.pop_front().unwrap().recv().unwrap());
        }
    }
    waiting.into_iter().for_each(|answer| took_effect(answer.recv().unwrap()));
}

fn took_effect(answer: Answer) {
    assert!(answer.unwrap().took_effect());
}

fn asked_again(ask: &mut dyn FnMut(Request) -> Answer) {
    for number in ASKED_AGAIN {
        let receipt = ask(request(number, "/apps/one")).unwrap();
        assert_eq!((receipt.seq, receipt.duplicate), (Seq(number), true));
        assert_eq!(ask(request(number, "/apps/two")), Err(Refused::Conflict(Seq(number))));
    }
}

fn request(number: u64, path: &str) -> Request {
    let id = CommandId::new(u128::from(number).to_be_bytes()).unwrap();
    let (path, kind) = (TreePath::new(path).unwrap(), ResourceKind::new("file").unwrap());
    let put = tree::Put { path, kind, meta_keys: Vec::new() };
    Request::new(Actor::Operator(OperatorId::FIRST), id, Command::Put(put))
}

/// The files of ids, oldest first.
fn files(index: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(index).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|kind| kind == "idx")).collect();
    files.sort();
    files
}

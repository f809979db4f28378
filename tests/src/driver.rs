//! The two threads on real files: many clients, repetitions, backpressure, a clean end.

use std::collections::BTreeSet;
use std::path::Path;
use weft_commands::requests::tree;
use weft_commands::{Command, CommandId};
use weft_projections::{Actor, OperatorId, ResourceKind, TreePath};
use weft_runtime::node::{Birth, DEFAULT_ORIGIN, Layout, init};
use weft_runtime::{
    Driver, Error, Handle, Inspection, Kernel, Native, OpenOptions, Refused, Request, boot,
};

const CLIENTS: u64 = 8;
const COMMANDS: u64 = 250;

#[test]
fn every_client_gets_its_own_receipts_and_the_log_has_each_command_once() {
    let folder = tempfile::tempdir().unwrap();
    let (driver, handle) = running(folder.path());
    let receipts: BTreeSet<u64> = std::thread::scope(|scope| {
        let handle = &handle;
        let clients: Vec<_> =
            (0..CLIENTS).map(|client| scope.spawn(move || client_of(handle, client))).collect();
        clients.into_iter().flat_map(|client| client.join().unwrap()).collect()
    });
    assert_eq!(receipts.len() as u64, CLIENTS * COMMANDS, "two commands share a record");
    drop(handle);
    driver.join().unwrap();

    let inspection = Inspection::open(&Native::new(folder.path().join("node"))).unwrap();
    let size = inspection.published.head.seq.0 + 1;
    let replayed =
        weft_runtime::replay(inspection.reader(), inspection.published.head.seq).unwrap();
    assert_eq!(replayed.root(), inspection.published.state.root());
    assert_eq!(size, 2 + CLIENTS * COMMANDS, "genesis, boot and each command once");
}

/// Each command is asked twice, the second time while the first may still be in flight.
fn client_of(handle: &Handle<Native>, client: u64) -> Vec<u64> {
    let pairs: Vec<_> = (0..COMMANDS)
        .map(|number| {
            let request = put(client << 32 | number, &format!("/apps/{client}/{number}"));
            (handle.send(request.clone()).unwrap(), handle.send(request).unwrap())
        })
        .collect();
    let receipts = pairs.into_iter().map(|(first, second)| {
        let (first, second) = (first.recv().unwrap().unwrap(), second.recv().unwrap().unwrap());
        assert!(first.took_effect() && !first.duplicate && second.duplicate);
        assert_eq!((first.seq, first.link), (second.seq, second.link));
        first.seq.0
    });
    receipts.collect()
}

#[test]
fn an_id_that_was_used_for_another_request_is_a_conflict() {
    let folder = tempfile::tempdir().unwrap();
    let (driver, handle) = running(folder.path());
    let first = handle.submit(put(7, "/apps/one")).unwrap().unwrap();
    assert_eq!(handle.submit(put(7, "/apps/two")).unwrap(), Err(Refused::Conflict(first.seq)));
    drop(handle);
    driver.join().unwrap();
}

#[test]
fn what_is_published_is_what_was_answered() {
    let folder = tempfile::tempdir().unwrap();
    let (driver, handle) = running(folder.path());
    let receipt = handle.submit(put(1, "/apps/seen")).unwrap().unwrap();
    let published = handle.published();
    assert!(published.head.seq >= receipt.seq);
    assert!(published.state.resource_tree.get(&TreePath::new("/apps/seen").unwrap()).is_some());
    assert_eq!(handle.reader().read(receipt.seq.0).unwrap().unwrap().link.0, receipt.link.0);
    drop(handle);
    driver.join().unwrap();
}

#[test]
fn a_second_kernel_on_the_same_directory_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (driver, handle) = running(folder.path());
    let second =
        Kernel::<_, ()>::open(Native::new(folder.path().join("node")), OpenOptions::writer());
    match second.map(|_| ()) {
        Err(Error::Ledger(weft_ledger::Error::Locked { holder })) => {
            assert_eq!(holder, Some(std::process::id()));
        }
        other => panic!("expected a lock: {other:?}"),
    }
    drop(handle);
    driver.join().unwrap();
}

fn running(folder: &Path) -> (Driver, Handle<Native>) {
    let layout = Layout::new(folder.join("node"));
    let constitution = weft_projections::DEFAULT_CONSTITUTION.to_owned();
    init(&layout, Birth { origin: DEFAULT_ORIGIN.to_owned(), constitution, command_id: None })
        .unwrap();
    let (mut kernel, _) =
        Kernel::open(Native::new(layout.data_dir()), OpenOptions::writer()).unwrap();
    boot(&mut kernel).unwrap();
    Driver::start(kernel).unwrap()
}

fn put(id: u64, path: &str) -> Request {
    let id = CommandId::new((u128::from(id) + 1).to_be_bytes()).unwrap();
    let (path, kind) = (TreePath::new(path).unwrap(), ResourceKind::new("file").unwrap());
    Request::new(
        Actor::Operator(OperatorId::FIRST),
        id,
        Command::Put(tree::Put { path, kind, meta_keys: Vec::new() }),
    )
}

//! Gated durable commands.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::time::Instant;
use weft_commands::requests::{process, tree};
use weft_commands::{Command, CommandId};
use weft_projections::events::{Backend, Restart};
use weft_projections::{Actor, Name, OperatorId, ResourceKind, TreePath};
use weft_runtime::node::{self, Birth, DEFAULT_ORIGIN, Layout, init};
use weft_runtime::{Driver, Handle, Kernel, Native, OpenOptions, Request};

const CLIENTS: u64 = 4;
const IN_FLIGHT: usize = 2_048;
const LONE_COMMANDS: usize = 300;

/// A node with many records, and how fast they came.
pub(crate) struct Node {
    pub(crate) data_dir: PathBuf,
    pub(crate) per_second: f64,
    pub(crate) bytes_per_record: f64,
}

/// What a kernel keeps beside its log.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    /// The ids that it cannot do without.
    Ids,
    /// Everything that a node has: checkpoints, guard, tiles, index and snapshots.
    Everything,
}

/// Four clients with 2,048 commands in flight each.
pub(crate) fn full_batches(folder: &Path, records: u64, kept: Kept) -> Node {
    let data_dir = folder.join(if kept == Kept::Ids { "node" } else { "whole-node" });
    fresh(&data_dir);
    let before = log_bytes(&data_dir);
    let kernel = match kept {
        Kept::Ids => fresh_kernel(&data_dir),
        Kept::Everything => whole_kernel(&data_dir),
    };
    let (driver, handle) = Driver::start(kernel).expect("threads start");
    let start = Instant::now();
    std::thread::scope(|scope| {
        for client in 0..CLIENTS {
            let handle = handle.clone();
            let client_thread = std::thread::Builder::new().name(format!("client-{client}"));
            let run = move || client_of(&handle, client, records / CLIENTS);
            client_thread.spawn_scoped(scope, run).expect("a thread");
        }
    });
    let seconds = start.elapsed().as_secs_f64();
    drop(handle);
    driver.join().expect("the kernel ends in order");
    let bytes = log_bytes(&data_dir) - before;
    Node {
        data_dir,
        per_second: records as f64 / seconds,
        bytes_per_record: bytes as f64 / records as f64,
    }
}

fn client_of(handle: &Handle<Native>, client: u64, commands: u64) {
    let mut waiting = VecDeque::with_capacity(IN_FLIGHT);
    for number in 0..commands {
        if waiting.len() == IN_FLIGHT {
            took_effect(&waiting.pop_front());
        }
        let path =
            TreePath::new(&format!("/apps/bench/{client}/{}", number % 997)).expect("a path");
        let kind = ResourceKind::new("file").expect("a kind");
        let command = Command::Put(tree::Put { path, kind, meta_keys: Vec::new() });
        waiting.push_back(
            handle.send(request(client << 40 | number, command)).expect("the kernel runs"),
        );
    }
    waiting.into_iter().for_each(|answer| took_effect(&Some(answer)));
}

fn took_effect(answer: &Option<crossbeam_channel::Receiver<weft_runtime::Answer>>) {
    let answer = answer.as_ref().expect("something waits").recv().expect("an answer");
    assert!(answer.expect("a receipt").took_effect());
}

/// A lone client's commands.
pub(crate) struct Lone {
    pub(crate) seconds: f64,
    pub(crate) bytes_per_record: f64,
}

/// One client with one command in flight, through the same threads: the median of 300.
pub(crate) fn one_at_a_time(folder: &Path) -> Lone {
    let data_dir = folder.join("lone-node");
    fresh(&data_dir);
    let before = log_bytes(&data_dir);
    let (driver, handle) = Driver::start(fresh_kernel(&data_dir)).expect("threads start");
    let mut taken: Vec<f64> = (0..LONE_COMMANDS)
        .map(|number| {
            let name = Name::new(&format!("agent-{number}")).expect("a name");
            let command = Command::Spawn(process::Spawn {
                name,
                restart: Restart::Never,
                can: Vec::new(),
                backend: Backend::Embedded,
            });
            let start = Instant::now();
            let answer =
                handle.submit(request(1 << 60 | number as u64, command)).expect("the kernel runs");
            assert!(answer.expect("a receipt").took_effect());
            start.elapsed().as_secs_f64()
        })
        .collect();
    drop(handle);
    driver.join().expect("the kernel ends in order");
    taken.sort_by(f64::total_cmp);
    let bytes = log_bytes(&data_dir) - before;
    Lone { seconds: taken[taken.len() / 2], bytes_per_record: bytes as f64 / LONE_COMMANDS as f64 }
}

fn request(id: u64, command: Command) -> Request {
    let id = CommandId::new((u128::from(id) + 1).to_be_bytes()).expect("not zero");
    Request::new(Actor::Operator(OperatorId::FIRST), id, command)
}

fn fresh(data_dir: &Path) {
    let constitution = weft_projections::DEFAULT_CONSTITUTION.to_owned();
    init(
        &layout(data_dir),
        Birth { origin: DEFAULT_ORIGIN.to_owned(), constitution, command_id: None },
    )
    .expect("a node");
}

/// The kernel of a node with all it keeps.
pub(crate) fn whole_kernel(data_dir: &Path) -> Kernel<Native, ()> {
    node::open(&layout(data_dir), &mut |_| ()).expect("the node opens").0
}

/// The node in `data_dir`, whose guard lies beside it.
pub(crate) fn layout(data_dir: &Path) -> Layout {
    Layout::new(data_dir).guarded_by(Some(data_dir.with_extension("state")))
}

fn fresh_kernel(data_dir: &Path) -> Kernel<Native, ()> {
    Kernel::open(Native::new(data_dir), OpenOptions::writer()).expect("the node opens").0
}

/// Bytes of the segments.
fn log_bytes(data_dir: &Path) -> u64 {
    let segments = std::fs::read_dir(data_dir.join("log")).expect("the log's folder");
    segments.map(|segment| segment.expect("a segment").metadata().expect("its length").len()).sum()
}

//! What does the daemon take: to start an agent, and to do nothing?
//!
//! - `bare fork and exec`: starting `/bin/true` and waiting for it, the floor of the next (median of 50).
//! - `spawn to started`: from the request to the record that says that the run begins (median of 50).
//! - `spawn to exited`: the same to the record that says that `true` has ended, confined from start to end.
//! - `idle`: processor time and resident memory of a kernel with one waiting agent, over ten seconds.
//!
//! Run with `cargo bench -p weft --bench daemon`. The data goes to a temporary folder with a short path,
//! since it holds a socket.

#![allow(
    // A bench is not part of the product: it may stop at the first surprise.
    clippy::indexing_slicing,
    clippy::print_stdout,
    missing_docs
)]

use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use weft_projections::OperatorId;
use weft_runtime::api::{Client, Credentials};
use weft_runtime::node::{Birth, DEFAULT_ORIGIN, Keys, Layout, init};

const WEFT: &str = env!("CARGO_BIN_EXE_weft");

fn main() {
    // `cargo test --benches` runs this too, with `--test`: one small round shows that it works.
    let is_test = std::env::args().any(|argument| argument == "--test");
    let (rounds, idle) = if is_test { (3, 1) } else { (50, 10) };
    let folder = tempfile::tempdir().expect("a folder for the data");
    let layout = node(&folder.path().join("node"));
    let (mut kernel, mut client) = start(&layout);
    let mut follower = connect(&layout);
    follower.call::<Value>("log.follow", &json!({})).expect("a stream of records");

    let floor = median((0..rounds).map(|_| bare()).collect());
    let runs: Vec<Run> = (0..rounds).map(|n| spawn(&mut client, &mut follower, n)).collect();
    report("bare fork and exec", floor, None);
    let started = median(runs.iter().map(|run| run.started).collect());
    report("spawn to started", started, Some(floor));
    report("spawn to exited", median(runs.iter().map(|run| run.exited).collect()), Some(floor));
    rest(&mut client, kernel.id(), Duration::from_secs(idle));

    client.call::<Value>("kernel.shutdown", &json!({})).expect("the kernel stops");
    kernel.wait().expect("the kernel ends");
}

/// Seconds from the request to two of the records that follow from it.
struct Run {
    started: f64,
    exited: f64,
}

fn spawn(client: &mut Client, follower: &mut Client, number: usize) -> Run {
    let params = json!({"name": format!("agent-{number}"), "argv": ["true"]});
    let begun = Instant::now();
    client.call::<Value>("process.spawn", &params).expect("a process");
    Run {
        started: until(follower, "process.started", begun),
        exited: until(follower, "process.exited", begun),
    }
}

fn until(follower: &mut Client, kind: &str, begun: Instant) -> f64 {
    loop {
        let notice = follower.notice().expect("a record");
        let params: Value = serde_json::from_str(notice.params.get()).expect("JSON");
        if params["record"]["kind"] == kind {
            return begun.elapsed().as_secs_f64();
        }
    }
}

fn bare() -> f64 {
    let begun = Instant::now();
    Command::new("/bin/true").status().expect("a program that does nothing");
    begun.elapsed().as_secs_f64()
}

/// What a kernel takes that has nothing to do.
fn rest(client: &mut Client, kernel: u32, span: Duration) {
    let waiting = json!({"name": "waiting", "argv": ["sleep", "600"]});
    client.call::<Value>("process.spawn", &waiting).expect("a process");
    std::thread::sleep(Duration::from_secs(1));
    let before = processor_seconds(kernel);
    std::thread::sleep(span);
    let share = (processor_seconds(kernel) - before) / span.as_secs_f64() * 100.0;
    println!("{:<24} {share:>10.2} % of a core", "idle, processor");
    println!("{:<24} {:>10.1} MiB", "idle, resident", resident_mib(kernel));
}

/// Fields 14 and 15 of `/proc/pid/stat` (proc(5)), in ticks of 10 ms.
fn processor_seconds(os_pid: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{os_pid}/stat")).expect("a live kernel");
    let rest = stat.rsplit_once(')').expect("a name in parentheses").1;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let ticks: u32 = fields[11..13].iter().map(|ticks| ticks.parse::<u32>().expect("ticks")).sum();
    f64::from(ticks) / 100.0
}

fn resident_mib(os_pid: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{os_pid}/status")).expect("a live kernel");
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("a resident size");
    let kib: f64 = line.split_whitespace().nth(1).expect("a number").parse().expect("a number");
    kib / 1024.0
}

fn node(data_dir: &Path) -> Layout {
    let layout = Layout::new(data_dir);
    let constitution = weft_projections::DEFAULT_CONSTITUTION.to_owned();
    let birth = Birth { origin: DEFAULT_ORIGIN.to_owned(), constitution, command_id: None };
    init(&layout, birth).expect("a node");
    layout
}

fn start(layout: &Layout) -> (Child, Client) {
    let mut kernel = Command::new(WEFT)
        .args(["kernel", "start", "--foreground", "-o", "json", "--data-dir"])
        .arg(layout.data_dir())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("a kernel");
    let mut ready = String::new();
    let mut said = BufReader::new(kernel.stdout.take().expect("its output"));
    said.read_line(&mut ready).expect("the kernel says when it is ready");
    (kernel, connect(layout))
}

fn connect(layout: &Layout) -> Client {
    let keys = Box::new(Keys::load(layout).expect("the operator's key"));
    let operator = Credentials::Operator(OperatorId::FIRST, keys);
    Client::connect(&layout.socket(), None, operator).expect("a connection")
}

fn median(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds[seconds.len() / 2]
}

fn report(what: &str, seconds: f64, floor: Option<f64>) {
    let ratio = floor.map_or(String::new(), |floor| format!("   {:.1} × floor", seconds / floor));
    println!("{what:<24} {:>10.2} ms{ratio}", seconds * 1e3);
}

//! What does the socket cost beside commands that are submitted in the same process?
//!
//! Each number over the socket stands beside the same commands without it, in the same run, on the
//! same file system, with the clients on the same cores as the kernel:
//!
//! - `1 client`: a lone agent's command and its answer, one after another (median).
//! - `16 × 32`: sixteen agents with 32 requests in flight each.
//! - `follow lag`: from a command's answer to the moment a follower has its record (median).
//!
//! Run with `cargo bench -p weft-runtime --bench socket`. `WEFT_BENCH_RECORDS` sets the size (default
//! 200,000), and the data goes below `target/` unless `WEFT_BENCH_DIR` names another file system.

#![allow(
    // A bench is not part of the product: it may stop at the first surprise.
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::print_stdout
)]

mod node;

use node::{Node, put};
use serde_json::json;
use std::collections::VecDeque;
use std::path::PathBuf;
use std::time::Instant;
use weft_projections::Actor;
use weft_runtime::Request;
use weft_runtime::api::{Client, Token};

const CLIENTS: u64 = 16;
const IN_FLIGHT: usize = 32;
const LONE_COMMANDS: u64 = 500;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    // `cargo test --benches` runs this too, with `--test`: one small round shows that it works.
    let commands =
        if std::env::args().any(|argument| argument == "--test") { 2_000 } else { commands() };
    let folder = tempfile::Builder::new()
        .prefix("bench-")
        .tempdir_in(parent())
        .expect("a folder for the data");
    let node = Node::start(folder.path());
    let tokens: Vec<Token> = (0..CLIENTS).map(|number| node.process(number)).collect();

    let submitted = lone(|number| submit(&node, &tokens[0], number));
    report("submit, 1 client", submitted * 1e6, "µs", None);
    let mut client = node.agent(&tokens[0]);
    let asked = lone(|number| ask(&mut client, number));
    report("socket, 1 client", asked * 1e6, "µs", Some(asked / submitted));

    let floor = together(commands, &tokens, |token, commands| submit_many(&node, token, commands));
    report("submit, 16 × 32", floor, "commands/s", None);
    let found = together(commands, &tokens, |token, commands| ask_many(&node, token, commands));
    report("socket, 16 × 32", found, "commands/s", Some(found / floor));

    let lag = follow_lag(&node, &mut client);
    report("follow lag after the answer", lag * 1e6, "µs", None);
    drop(client);
    node.stop();
}

/// Seconds of the median of lone commands.
fn lone(mut command: impl FnMut(u64)) -> f64 {
    let mut taken: Vec<f64> = (0..LONE_COMMANDS)
        .map(|number| {
            let start = Instant::now();
            command(number);
            start.elapsed().as_secs_f64()
        })
        .collect();
    taken.sort_by(f64::total_cmp);
    taken[taken.len() / 2]
}

/// Commands a second of all clients together.
fn together(commands: u64, tokens: &[Token], client: impl Fn(&Token, u64) + Sync) -> f64 {
    let start = Instant::now();
    std::thread::scope(|scope| {
        for token in tokens {
            let client = &client;
            scope.spawn(move || client(token, commands / CLIENTS));
        }
    });
    (commands / CLIENTS * CLIENTS) as f64 / start.elapsed().as_secs_f64()
}

fn submit(node: &Node, token: &Token, number: u64) {
    let command = put(token, number);
    let id = node.handle().fresh_id().expect("an id");
    let request = Request::new(Actor::Process(token.pid), id, command);
    let answer = node.handle().submit(request).expect("the kernel runs");
    assert!(answer.expect("a receipt").took_effect());
}

fn submit_many(node: &Node, token: &Token, commands: u64) {
    let mut waiting = VecDeque::with_capacity(IN_FLIGHT);
    for number in 0..commands {
        if waiting.len() == IN_FLIGHT {
            took_effect(waiting.pop_front());
        }
        let id = node.handle().fresh_id().expect("an id");
        let request = Request::new(Actor::Process(token.pid), id, put(token, number));
        waiting.push_back(node.handle().send(request).expect("the kernel runs"));
    }
    waiting.into_iter().for_each(|answer| took_effect(Some(answer)));
}

fn took_effect(answer: Option<crossbeam_channel::Receiver<weft_runtime::Answer>>) {
    let answer = answer.expect("something waits").recv().expect("an answer");
    assert!(answer.expect("a receipt").took_effect());
}

fn ask(client: &mut Client, number: u64) {
    let path = format!("/apps/bench/1/{}", number % 997);
    client.call_raw("tree.put", &json!({"path": path, "kind": "file"})).expect("a receipt");
}

fn ask_many(node: &Node, token: &Token, commands: u64) {
    let mut client = node.agent(token);
    for number in 0..commands {
        if number >= IN_FLIGHT as u64 {
            client.receive().expect("an answer").1.expect("a receipt");
        }
        let path = format!("/apps/bench/{}/{}", token.pid, number % 997);
        client.send("tree.put", &json!({"path": path, "kind": "file"})).expect("it is sent");
    }
    for _ in 0..commands.min(IN_FLIGHT as u64) {
        client.receive().expect("an answer").1.expect("a receipt");
    }
}

/// Seconds of the median from the answer to one client until another has the record.
fn follow_lag(node: &Node, client: &mut Client) -> f64 {
    let mut follower = node.operator();
    follower.call_raw("log.follow", &json!({})).expect("a subscription");
    let mut lags: Vec<f64> = (0..LONE_COMMANDS)
        .map(|number| {
            ask(client, number);
            let start = Instant::now();
            follower.notice().expect("a record");
            start.elapsed().as_secs_f64()
        })
        .collect();
    lags.sort_by(f64::total_cmp);
    lags[lags.len() / 2]
}

fn report(what: &str, number: f64, unit: &str, ratio: Option<f64>) {
    let ratio = ratio.map_or(String::new(), |ratio| format!("   {ratio:.2} × in process"));
    println!("{what:<32} {number:>12.1} {unit}{ratio}");
}

fn commands() -> u64 {
    std::env::var("WEFT_BENCH_RECORDS")
        .ok()
        .and_then(|commands| commands.parse().ok())
        .unwrap_or(200_000)
}

fn parent() -> PathBuf {
    std::env::var_os("WEFT_BENCH_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_TARGET_TMPDIR")), PathBuf::from)
}

//! How long does a node take to begin from a snapshot, and to make one?
//!
//! State holds 100,000 resources and 10,000 processes, each with two grants and a message in its inbox, and 10,000 asserted edges. The floor, in
//! the same run, is hashing the snapshot's bytes once, which whoever reads it from a disk does anyway. Beginning from a snapshot is reading it,
//! sealing its tree and hashing its canonical bytes; the peer is folding the records that led there.
//!
//! Target: a second for all of it. `cargo bench -p weft-projections --bench snapshot`

use std::hint::black_box;
use std::io::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

use weft_projections::events::{
    Backend, CausalLinked, Grant, IpcSent, LogGenesis, NodeRef, ProcessSpawned, Relation,
    ResourceStored, Restart,
};
use weft_projections::{
    Actor, Constitution, DEFAULT_CONSTITUTION, Digest, Event, GrantId, Kind, OperatorId, Payload,
    Pid, Record, Seq, State, Time, Verdict, evolve,
};

const RESOURCES: u64 = 100_000;
const PROCESSES: u64 = 10_000;
const EDGES: u64 = 10_000;
const FOLDER_RESOURCES: u64 = 100;
const ROUNDS: usize = 5;

fn main() {
    let records = records();
    let folding = best_of(|| fold(&records));
    let state = fold(&records);
    let bytes = state.to_snapshot().expect("it fits");
    let hashing = best_of(|| Digest::of("weft/bench/1", &[&bytes]));
    let writing = best_of(|| state.to_snapshot());
    let reading = best_of(|| State::from_snapshot(&bytes));
    let canonical = best_of(|| state.to_canonical_cbor());
    let root = best_of(|| state.root());
    let read = || State::from_snapshot(&bytes).expect("it was just written");
    let mut unsealed: Vec<State> = (0..ROUNDS).map(|_| read()).collect();
    let mut sealed = Vec::new();
    let sealing = best_of(|| {
        sealed.extend(unsealed.pop());
        sealed.last_mut().map(State::seal)
    });
    let entries = RESOURCES + PROCESSES * 4 + EDGES;
    let mut out = std::io::stdout().lock();
    let mut line = |text: String| writeln!(out, "{text}").expect("stdout takes the report");
    line(format!("entries                    {entries:>10}"));
    line(format!("snapshot                   {:>10} bytes", bytes.len()));
    line(format!("per entry                  {:>10} bytes", bytes.len() as u64 / entries));
    line(format!("canonical bytes            {:>10} bytes", state.to_canonical_cbor().len()));
    let mut time = |what: &str, time: Duration| {
        let percent = time.as_nanos() * 100 / hashing.as_nanos().max(1);
        line(format!("{what:<26} {:>10} us  {percent}% of the floor", time.as_micros()));
    };
    time("floor: hash the bytes", hashing);
    time("to_snapshot", writing);
    time("from_snapshot", reading);
    time("seal", sealing);
    time("canonical bytes", canonical);
    time("root", root);
    time("peer: fold the records", folding);
}

fn best_of<T>(mut run: impl FnMut() -> T) -> Duration {
    let time = |_| {
        let start = Instant::now();
        let made = black_box(run());
        let took = start.elapsed();
        drop(made);
        took
    };
    (0..ROUNDS).map(time).min().unwrap_or_default()
}

fn fold(records: &[Record]) -> State {
    let mut state = State::default();
    records.iter().for_each(|record| evolve(&mut state, record));
    state.seal();
    state
}

fn records() -> Vec<Record> {
    let mut events = vec![founding()];
    events.extend((1..=PROCESSES).map(spawned));
    events.extend((1..=PROCESSES).map(|id| Event::IpcSent(IpcSent { to: pid(id) })));
    events.extend((0..RESOURCES).map(resource));
    events.extend((0..EDGES).map(linked));
    let constitution: Arc<str> = DEFAULT_CONSTITUTION.into();
    let record = |(seq, event): (u64, Event)| Record {
        seq: Seq(seq),
        time: Time::from_unix_ms(1_700_000_000_000 + seq),
        kind: Kind(event.type_number()),
        actor: Actor::Operator(OperatorId::FIRST),
        cause: None,
        verdict: Verdict::Permit,
        rejected: false,
        constitution: (seq == 0).then(|| Arc::clone(&constitution)),
        events: vec![event],
        payload: Some(Payload { seq: Seq(seq), commit: Digest([7; 32]), len: 100 }),
    };
    (0..).zip(events).map(record).collect()
}

fn founding() -> Event {
    Event::LogGenesis(Box::new(LogGenesis {
        origin: "weft.example/bench".to_owned(),
        log_key: Digest([1; 32]),
        constitution: Constitution::digest(DEFAULT_CONSTITUTION),
        entropy: Digest([2; 32]),
        operator_key: Digest([3; 32]),
        fork: None,
    }))
}

fn spawned(id: u64) -> Event {
    let grant = |scope: &str| Grant {
        scope: scope.parse().expect("a scope"),
        parent: Some(GrantId::ROOT),
        expires: None,
        delegable: false,
    };
    Event::ProcessSpawned(ProcessSpawned {
        pid: pid(id),
        name: format!("agent-{id}").parse().expect("a name"),
        parent: Actor::Operator(OperatorId::FIRST),
        restart: Restart::OnFailure,
        grants: vec![grant("send:*"), grant("publish:survey/#")],
        backend: Backend::Embedded,
    })
}

fn resource(id: u64) -> Event {
    let folder = id / FOLDER_RESOURCES;
    Event::ResourceStored(ResourceStored {
        path: format!("/apps/survey/{folder}/file-{id}.md").parse().expect("a path"),
        kind: "file".parse().expect("a word"),
        meta_keys: ["digest", "size"].map(|key| key.parse().expect("a word")).to_vec(),
    })
}

fn linked(id: u64) -> Event {
    let (from, to) = (NodeRef::Record(Seq(id / 2)), NodeRef::Record(Seq(id)));
    Event::CausalLinked(CausalLinked { from, to, relation: Relation::Causes, weight: 500 })
}

fn pid(id: u64) -> Pid {
    Pid::new(id).expect("in range")
}

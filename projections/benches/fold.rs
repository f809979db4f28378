//! How many records a second does a node replay, from the bytes of their events to State?
//!
//! The floor, in the same run, is decoding the same bytes and folding nothing; the ratio says what the projections cost. The mix is one a
//! busy node writes: of 16 records 4 send, 1 publishes to 4 subscribers, 8 acknowledge, 1 stores a resource, 1 links two nodes, and 1 takes
//! part in the life of a short-lived process. State is published (sealed and cloned) every 4,096 records, as a full batch does it.
//!
//! Target: 500,000 records a second on one core. `cargo bench -p weft-projections`

use std::hint::black_box;
use std::io::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

use minicbor::{Decoder, Encoder};
use weft_projections::events::{
    Backend, CausalLinked, Grant, IpcAcked, IpcSent, KernelBooted, LogGenesis, Next, NodeRef,
    Outcome, ProcessExited, ProcessSpawned, ProcessStarted, Relation, ResourceStored, Restart,
    TopicPublished, TopicSubscribed, decode_events, encode_events,
};
use weft_projections::{
    Actor, Constitution, DEFAULT_CONSTITUTION, Digest, Event, Generation, GrantId, Kind,
    OperatorId, Payload, Pid, Record, Seq, State, Time, Verdict, evolve,
};

const RECORDS: u64 = 500_000;
const BATCH_RECORDS: u64 = 4_096;
const AGENTS: u64 = 64;
const SUBSCRIBERS: u64 = 4;
const PATHS: u64 = 10_000;
const LONE_RECORDS: usize = 50_000;
const ROUNDS: usize = 5;

/// A record as the log holds it: who and when in the open, the events as bytes.
struct Stored {
    actor: Actor,
    kind: Kind,
    events: Vec<u8>,
}

fn main() {
    let log = log();
    let decoding = best_of(|| log.iter().for_each(|stored| drop(black_box(decode(stored)))));
    let folding = best_of(|| drop(black_box(fold(&log, u64::MAX))));
    let publishing = best_of(|| drop(black_box(fold(&log, BATCH_RECORDS))));
    let lone = log.get(..LONE_RECORDS).unwrap_or(&log);
    let one_by_one = best_of(|| drop(black_box(fold(lone, 1))));
    let state = fold(&log, BATCH_RECORDS);
    let hashing = best_of(|| {
        black_box(state.root());
    });
    let rate = |time: Duration| log.len() as u128 * 1_000_000_000 / time.as_nanos().max(1);
    let percent = |time: Duration| rate(time) * 100 / rate(decoding).max(1);
    let mut out = std::io::stdout().lock();
    let mut line = |text: String| writeln!(out, "{text}").expect("stdout takes the report");
    line(format!("records                          {:>12}", log.len()));
    line(format!("floor: decode only               {:>12} records/s", rate(decoding)));
    line(format!(
        "decode + evolve                  {:>12} records/s  {}% of the floor",
        rate(folding),
        percent(folding)
    ));
    line(format!(
        "decode + evolve, published every {BATCH_RECORDS} {:>7} records/s  {}% of the floor",
        rate(publishing),
        percent(publishing)
    ));
    line(format!(
        "decode + evolve, published every 1    {:>7} records/s",
        lone.len() as u128 * 1_000_000_000 / one_by_one.as_nanos().max(1)
    ));
    line(format!(
        "root of State, {} bytes: {} us",
        state.to_canonical_cbor().len(),
        hashing.as_micros()
    ));
}

fn best_of(mut run: impl FnMut()) -> Duration {
    let time = |_| {
        let start = Instant::now();
        run();
        start.elapsed()
    };
    (0..ROUNDS).map(time).min().unwrap_or_default()
}

fn decode(stored: &Stored) -> Vec<Event> {
    decode_events(&mut Decoder::new(&stored.events)).expect("the bench wrote it")
}

fn fold(log: &[Stored], publish_every: u64) -> State {
    let constitution: Arc<str> = DEFAULT_CONSTITUTION.into();
    let (mut state, mut published) = (State::default(), State::default());
    for (seq, stored) in (0..).zip(log) {
        let commit = Digest([7; 32]);
        evolve(
            &mut state,
            &Record {
                seq: Seq(seq),
                time: Time::from_unix_ms(1_700_000_000_000 + seq),
                kind: stored.kind,
                actor: stored.actor,
                cause: None,
                verdict: Verdict::Permit,
                rejected: false,
                constitution: (seq == 0).then(|| Arc::clone(&constitution)),
                events: decode(stored),
                payload: Some(Payload { seq: Seq(seq), commit, len: 100 }),
            },
        );
        if (seq + 1).is_multiple_of(publish_every) {
            state.seal();
            published = state.clone();
        }
    }
    black_box(published);
    state
}

fn log() -> Vec<Stored> {
    let mut events = vec![(Actor::Kernel, founding()), (Actor::Kernel, booted())];
    for id in 1..=AGENTS {
        events.push((Actor::Operator(OperatorId::FIRST), spawned(id)));
        events.push((Actor::Kernel, started(id)));
    }
    for id in 1..=SUBSCRIBERS {
        let filter = "survey/#".parse().expect("a filter");
        events.push((agent(id), Event::TopicSubscribed(TopicSubscribed { pid: pid(id), filter })));
    }
    let mut work = Work { waiting: Vec::new(), next_pid: AGENTS + 1 };
    while (events.len() as u64) < RECORDS {
        let step = events.len() as u64;
        events.push(work.step(step));
    }
    events.into_iter().map(store).collect()
}

/// What the mix has to remember.
struct Work {
    waiting: Vec<(u64, Seq)>,
    next_pid: u64,
}

impl Work {
    fn step(&mut self, step: u64) -> (Actor, Event) {
        match step % 16 {
            0 => self.publish(step),
            1 => (Actor::Operator(OperatorId::FIRST), resource(step)),
            2 => self.life(step / 16),
            3 => (agent(step % AGENTS + 1), linked(step)),
            4..8 => self.send(step),
            _ => self.acknowledge(),
        }
    }

    fn publish(&mut self, step: u64) -> (Actor, Event) {
        self.waiting.extend((1..=SUBSCRIBERS).map(|id| (id, Seq(step))));
        let topic = "survey/done".parse().expect("a topic");
        (agent(step % AGENTS + 1), Event::TopicPublished(TopicPublished { topic }))
    }

    fn send(&mut self, step: u64) -> (Actor, Event) {
        let to = step % AGENTS + 1;
        self.waiting.push((to, Seq(step)));
        (agent((step + 7) % AGENTS + 1), Event::IpcSent(IpcSent { to: pid(to) }))
    }

    fn acknowledge(&mut self) -> (Actor, Event) {
        let (to, message) = self.waiting.pop().unwrap_or((1, Seq(0)));
        (agent(to), Event::IpcAcked(IpcAcked { pid: pid(to), message }))
    }

    /// One process after another is spawned, is started and ends.
    fn life(&mut self, turn: u64) -> (Actor, Event) {
        let id = self.next_pid;
        match turn % 3 {
            0 => (Actor::Operator(OperatorId::FIRST), spawned(id)),
            1 => (Actor::Kernel, started(id)),
            _ => {
                self.next_pid += 1;
                let (pid, generation) = (pid(id), Generation::FIRST);
                let event = ProcessExited {
                    pid,
                    generation,
                    outcome: Outcome::Code(0),
                    next: Next::Exited,
                };
                (Actor::Kernel, Event::ProcessExited(event))
            }
        }
    }
}

fn linked(step: u64) -> Event {
    let (from, to) = (NodeRef::Record(Seq(step / 2)), NodeRef::Record(Seq(step)));
    Event::CausalLinked(CausalLinked { from, to, relation: Relation::Causes, weight: 500 })
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

fn booted() -> Event {
    Event::KernelBooted(KernelBooted { boot: 1, gate_version: 1, state_version: 1 })
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

fn started(id: u64) -> Event {
    Event::ProcessStarted(ProcessStarted {
        pid: pid(id),
        generation: Generation::FIRST,
        token: None,
    })
}

fn resource(step: u64) -> Event {
    Event::ResourceStored(ResourceStored {
        path: format!("/apps/survey/file-{}.md", step * 31 % PATHS).parse().expect("a path"),
        kind: "file".parse().expect("a word"),
        meta_keys: ["digest", "size"].map(|key| key.parse().expect("a word")).to_vec(),
    })
}

fn agent(id: u64) -> Actor {
    Actor::Process(pid(id))
}

fn pid(id: u64) -> Pid {
    Pid::new(id).expect("in range")
}

fn store((actor, event): (Actor, Event)) -> Stored {
    let mut e = Encoder::new(Vec::new());
    encode_events(std::slice::from_ref(&event), &mut e).expect("writing into memory cannot fail");
    Stored { actor, kind: Kind(event.type_number()), events: e.into_writer() }
}

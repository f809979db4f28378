//! How long does it take to rule on one command, and to decide it?
//!
//! The target is 1 µs for the gate without policies (DESIGN.md 10). The peer in the same run is one
//! link of the chain: SHAKE-256 of a 128-byte header, which every record costs anyway.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use weft_commands::{
    Command, CommandId, Context, PayloadInfo, Submission, Target, decide, encode_decision,
    encode_request, gate,
    requests::{ipc, log, process, topic, tree},
    rule,
};
use weft_projections::{
    Actor, DEFAULT_CONSTITUTION, Digest, Kind, OperatorId, Pid, Record, Seq, State, Time,
    TopicFilter,
    events::{Backend, Restart},
    evolve,
};

/// Live processes in the State that is ruled on.
const PROCESSES: u64 = 1_000;
/// Grants that the acting process holds; the one that serves is the last.
const GRANTS: usize = 16;

const OPERATOR: Actor = Actor::Operator(OperatorId::FIRST);

struct World {
    state: State,
    ctx: Context,
}

impl World {
    fn new() -> World {
        let ctx = Context::at(Seq(0), Time::from_unix_ms(60_000));
        let mut world = World { state: State::default(), ctx };
        world.accept(Actor::Kernel, Command::Genesis(genesis()));
        for number in 1..=PROCESSES {
            let mut rights = vec![format!("send:p{number}"); GRANTS - 1];
            rights.push("*:*".to_owned());
            world.accept(OPERATOR, spawn(number, &rights));
        }
        for number in 1..=8 {
            let filter: TopicFilter = "survey/+".parse().expect("a filter");
            let subscribe = Command::Subscribe(topic::Subscribe { filter });
            world.accept(Actor::Process(pid(number)), subscribe);
        }
        world
    }

    fn accept(&mut self, actor: Actor, command: Command) {
        let submission = submit(actor, command);
        let ruling = rule(&self.state, &self.ctx, &submission);
        assert!(!ruling.events.is_empty(), "{ruling:?}");
        let constitution = if let Command::Genesis(request) = &submission.command {
            Some(request.constitution.as_str().into())
        } else {
            None
        };
        let record = Record {
            seq: self.ctx.seq,
            time: self.ctx.time,
            kind: submission.command.kind(),
            actor,
            cause: None,
            verdict: ruling.decision.verdict,
            rejected: false,
            constitution,
            events: ruling.events,
            payload: None,
        };
        evolve(&mut self.state, &record);
        self.ctx = Context::at(self.ctx.seq.next(), Time(self.ctx.time.0 + 1));
    }
}

fn genesis() -> log::Genesis {
    log::Genesis {
        origin: "example.org/bench".to_owned(),
        log_key: Digest([1; 32]),
        constitution: DEFAULT_CONSTITUTION.to_owned(),
        entropy: Digest([2; 32]),
        operator_key: Digest([3; 32]),
        fork: None,
    }
}

fn pid(number: u64) -> Pid {
    Pid::new(number).expect("a pid")
}

fn spawn(number: u64, rights: &[String]) -> Command {
    let can = rights.iter().map(|text| process::GrantRequest {
        scope: text.parse().expect("a scope"),
        delegable: false,
        expires: None,
    });
    let name = format!("p{number}").parse().expect("a name");
    Command::Spawn(process::Spawn {
        name,
        restart: Restart::Never,
        can: can.collect(),
        backend: Backend::Embedded,
    })
}

fn submit(actor: Actor, command: Command) -> Submission {
    let speaks = [Kind::IPC_SEND, Kind::TOPIC_PUBLISH].contains(&command.kind());
    let payload = speaks.then_some(PayloadInfo { commit: Digest([9; 32]), len: 100 });
    let command_id = CommandId::new([7; 16]).expect("not zero");
    Submission {
        actor,
        command_id,
        cause: None,
        command,
        effect_raise: None,
        payload,
        blob_len: None,
    }
}

/// The commands that a busy kernel rules on most.
fn cases() -> Vec<(&'static str, Submission)> {
    let agent = Actor::Process(pid(500));
    let to = Target::Name("p7".parse().expect("a name"));
    let put = tree::Put {
        path: "/docs/readme".parse().expect("a path"),
        kind: "file".parse().expect("a kind"),
        meta_keys: Vec::new(),
    };
    let publish = topic::Publish { topic: "survey/done".parse().expect("a topic") };
    vec![
        ("ipc.send, operator", submit(OPERATOR, Command::Send(ipc::Send { to: to.clone() }))),
        ("ipc.send, 16th grant", submit(agent, Command::Send(ipc::Send { to }))),
        ("topic.publish, 8 subscribers", submit(agent, Command::Publish(publish))),
        ("tree.put", submit(OPERATOR, Command::Put(put))),
        (
            "process.spawn, 4 grants",
            submit(OPERATOR, spawn(PROCESSES + 1, &vec!["send:p1".to_owned(); 4])),
        ),
        (
            "ipc.send, denied",
            submit(Actor::Unauthenticated, Command::Send(ipc::Send { to: Target::Pid(pid(1)) })),
        ),
    ]
}

fn bench(criterion: &mut Criterion) {
    let World { state, ctx } = World::new();
    let header = [0x45; 128];
    criterion.bench_function("peer: one link", |bencher| {
        bencher.iter(|| Digest::of("", &[black_box(&header)]));
    });
    for (name, submission) in cases() {
        criterion.bench_function(&format!("gate: {name}"), |bencher| {
            bencher.iter(|| gate(black_box(&state), &ctx, black_box(&submission)));
        });
        criterion.bench_function(&format!("decide: {name}"), |bencher| {
            bencher.iter(|| decide(black_box(&state), &ctx, black_box(&submission)));
        });
    }
    encodings(criterion, &state, &ctx);
}

/// What the record core costs besides its events.
fn encodings(criterion: &mut Criterion, state: &State, ctx: &Context) {
    let (name, submission) = cases().remove(1);
    let decision = gate(state, ctx, &submission);
    criterion.bench_function(&format!("encode_request: {name}"), |bencher| {
        bencher.iter(|| encode_request(black_box(&submission)));
    });
    criterion.bench_function(&format!("encode_decision: {name}"), |bencher| {
        bencher.iter(|| encode_decision(black_box(&decision), None));
    });
}

criterion_group!(benches, bench);
criterion_main!(benches);

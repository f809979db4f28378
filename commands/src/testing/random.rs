//! Random submissions over a world so small that they meet.

use proptest::{collection::vec, option, prelude::*, sample::select};
use weft_projections::{
    Actor, Digest, Dimension, Effect, Kind, Scope, Seq, Time,
    events::{Backend, NodeRef, Outcome, Relation, Restart},
};

use super::make;
use crate::{
    Command, PayloadInfo, Submission,
    requests::{capability, causal, process, tree},
};

/// Many of them, one after another.
pub(crate) fn submissions() -> impl Strategy<Value = Vec<Submission>> {
    vec(submission(), 1..100)
}

/// Anybody asks for anything.
fn submission() -> impl Strategy<Value = Submission> {
    let raise = option::weighted(0.1, (0..5_usize, 0..=1000_u16));
    (actor(), command(), raise, prop::bool::weighted(0.02)).prop_map(
        |(actor, command, raise, odd_payload)| {
            let mut submission = make::submit(actor_for(actor, &command), command);
            submission.effect_raise = raise.map(|(dimension, value)| {
                Effect::ZERO.with(Dimension::ALL[dimension], value).unwrap()
            });
            if odd_payload {
                submission.payload = match submission.payload {
                    Some(_) => None,
                    None => Some(PayloadInfo { commit: Digest([9; 32]), len: 5 }),
                };
            }
            submission
        },
    )
}

/// Mostly lets the kernel make its own reports, so that processes get to run.
fn actor_for(actor: Actor, command: &Command) -> Actor {
    let reports = [
        Kind::KERNEL_SNAPSHOT,
        Kind::KERNEL_BOOT,
        Kind::GOVERNANCE_SUPPRESSED,
        Kind::PROCESS_STARTED,
        Kind::PROCESS_EXITED,
    ];
    let by_kernel = actor == make::OPERATOR && reports.contains(&command.kind());
    if by_kernel { Actor::Kernel } else { actor }
}

fn actor() -> impl Strategy<Value = Actor> {
    prop_oneof![
        6 => Just(make::OPERATOR),
        6 => (1..4_u64).prop_map(make::process),
        1 => select(vec![make::KERNEL, make::STRANGER, make::operator(2), make::node(1)]),
    ]
}

fn command() -> impl Strategy<Value = Command> {
    prop_oneof![
           4 => (name(), restart(), vec(right(), 0..4), backend()).prop_map(|(name, restart, can, backend)| {
               Command::Spawn(process::Spawn { name: name.parse().unwrap(), restart, can, backend })
           }),
           2 => (1..4_u64, 1..3_u32).prop_map(|(pid, generation)| make::started(pid, generation)),
           1 => (1..4_u64, 1..3_u32, any::<u8>()).prop_map(|(pid, generation, secret)| make::started_with_token(pid, generation, secret)),
           2 => (1..4_u64, 1..3_u32, outcome()).prop_map(|(pid, generation, outcome)| make::exited(pid, generation, outcome)),
           1 => target().prop_map(|text| make::stop(&text)),
           3 => target().prop_map(|text| make::send(&text)),
           6 => (0..40_u64).prop_map(make::ack),
           4 => select(vec!["a", "a/#", "#"]).prop_map(make::subscribe),
           3 => select(vec!["a", "a/#", "#"]).prop_map(make::unsubscribe),
           2 => select(vec!["a", "a/b", "c"]).prop_map(make::publish),
           2 => (path(), vec(select(vec!["k", "l", "m"]), 0..3)).prop_map(|(path, keys)| make::put(path, &keys)),
           1 => (path(), any::<bool>()).prop_map(|(path, recursive)| {
               Command::Remove(tree::Remove { path: path.parse().unwrap(), recursive })
           }),
           2 => (node(), select(vec![Relation::Causes, Relation::EvidenceFor]), node(), 0..1100_u16).prop_map(|(from, relation, to, weight)| {
               Command::Link(causal::Link { from, to, relation, weight })
           }),
           4 => (actor(), right()).prop_map(|(holder, process::GrantRequest { scope, delegable, expires })| {
               Command::Grant(capability::Grant { holder, scope, delegable, expires })
           }),
           2 => (0..40_u64, 0..3_u16).prop_map(|(seq, index)| make::revoke(seq, index)),
           1 => select(vec![make::boot(), make::shutdown()]),
           2 => (0..12_u64).prop_map(make::redact),
           1 => (0..5_u8).prop_map(make::rotate_key),
           1 => (0..60_u64).prop_map(make::snapshot),
    1 => select(vec![ make::suppressed(0), make::suppressed(3), make::unrecognised("fly.away"),
               Command::Genesis(make::genesis("constitution 1")),
           ]),
       ]
}

fn name() -> impl Strategy<Value = &'static str> {
    select(vec!["a", "b", "c"])
}

fn target() -> impl Strategy<Value = String> {
    prop_oneof![name().prop_map(str::to_owned), (1..4_u64).prop_map(|pid| pid.to_string())]
}

fn path() -> impl Strategy<Value = &'static str> {
    select(vec![
        "/",
        "/apps",
        "/apps/x",
        "/apps/x/y",
        "/docs",
        "/docs/a/b",
        "/kernel/x",
        "/networks",
    ])
}

fn node() -> impl Strategy<Value = NodeRef> {
    prop_oneof![
        (38..41_u64).prop_map(|seq| NodeRef::Record(Seq(seq))),
        (1..4_u64).prop_map(|pid| NodeRef::Process(make::pid(pid))),
        name().prop_map(|name| NodeRef::Named(name.parse().unwrap())),
    ]
}

fn restart() -> impl Strategy<Value = Restart> {
    select(vec![Restart::Never, Restart::OnFailure])
}

fn backend() -> impl Strategy<Value = Backend> {
    select(vec![Backend::Embedded, Backend::Native])
}

fn outcome() -> impl Strategy<Value = Outcome> {
    select(vec![
        Outcome::Code(0),
        Outcome::Code(1),
        Outcome::Signal(9),
        Outcome::Lost,
        Outcome::Stopped,
    ])
}

fn right() -> impl Strategy<Value = process::GrantRequest> {
    let expires = option::weighted(
        0.3,
        (0..100_u64).prop_map(|later| Time(Time::from_unix_ms(60_000).0 + later)),
    );
    (scope(), prop::bool::weighted(0.8), expires)
        .prop_map(|(scope, delegable, expires)| process::GrantRequest { scope, delegable, expires })
}

fn scope() -> impl Strategy<Value = Scope> {
    let texts = vec![
        "*:*",
        "spawn:*",
        "spawn:a",
        "stop:*",
        "stop:2",
        "send:*",
        "send:a",
        "send:2",
        "subscribe:*",
        "subscribe:#",
        "subscribe:a/#",
        "publish:a/+",
        "publish:a/b",
        "publish:*",
        "put:/",
        "put:/apps",
        "put:/apps/x",
        "remove:/apps",
        "link:*",
        "operate:*",
        "read:*",
        "read:/srv",
        "read:/srv/data",
        "write:/srv/data",
        "observe:*",
        "redact:*",
    ];
    let wide = vec!["*:*", "send:*", "put:/", "read:/srv"];
    prop_oneof![2 => select(texts), 1 => select(wide)].prop_map(|text| text.parse().unwrap())
}

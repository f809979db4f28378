//! Strategies: ids and names come from few values, so that events meet each other.

use proptest::prelude::*;

use crate::events::{
    Backend, CapabilityGranted, CapabilityRevoked, CausalLinked, Fork, GovernanceSuppressed, Grant,
    IpcAcked, IpcSent, KernelBooted, KernelHalted, KernelSnapshotClaimed, LogGenesis,
    LogKeyRotated, LogRedacted, Next, NodeRef, Outcome, ProcessExited, ProcessSpawned,
    ProcessStarted, ProcessStopping, Relation, ResourceRemoved, ResourceStored, Restart,
    TopicPublished, TopicSubscribed, TopicUnsubscribed,
};
use crate::{
    Action, Actor, Digest, Event, Generation, GrantId, Kind, NodeId, Object, OperatorId, Payload,
    Pid, ProcessPattern, Record, Scope, Seq, Signature, Time, TopicFilter, TreePath, Verdict,
};

pub(crate) fn pid() -> impl Strategy<Value = Pid> {
    prop_oneof![20 => 1u64..8, 1 => Just(crate::ACTOR_ID_MAX)].prop_map(|id| Pid::new(id).unwrap())
}

fn generation() -> impl Strategy<Value = Generation> {
    prop_oneof![6 => Just(1), 2 => Just(2), 1 => 1..=u32::MAX]
        .prop_map(|id| Generation::new(id).unwrap())
}

fn seq() -> impl Strategy<Value = Seq> {
    prop_oneof![8 => 0u64..40, 1 => any::<u64>()].prop_map(Seq)
}

fn time() -> impl Strategy<Value = Time> {
    prop_oneof![
        8 => (0u64..200_000).prop_map(Time::from_unix_ms),
        1 => (0u64..(1 << 28)).prop_map(Time::from_unix_ms),
        1 => any::<u64>().prop_map(Time),
    ]
}

fn digest() -> impl Strategy<Value = Digest> {
    any::<u8>().prop_map(|byte| Digest([byte; 32]))
}

fn actor() -> impl Strategy<Value = Actor> {
    prop_oneof![
        1 => Just(Actor::Kernel),
        6 => pid().prop_map(Actor::Process),
        2 => Just(Actor::Operator(OperatorId::FIRST)),
        1 => Just(Actor::Node(NodeId::FIRST)),
        1 => Just(Actor::Unauthenticated),
    ]
}

fn filter() -> impl Strategy<Value = TopicFilter> {
    "([ab+]/){0,2}[ab+#]".prop_map(|filter| filter.parse().unwrap())
}

fn path() -> impl Strategy<Value = TreePath> {
    prop_oneof![
        6 => "(/[ab!-]){1,4}",
        2 => "/kernel/processes/[1-7](/a)?",
        1 => Just("/".to_owned()),
        1 => Just("/kernel".to_owned()),
    ]
    .prop_map(|path| path.parse().unwrap())
}

/// The text of a path of the machine.
pub(crate) fn file_path() -> impl Strategy<Value = String> {
    prop_oneof![1 => Just("/".to_owned()), 6 => "(/[ab-]{1,2}){1,3}"]
}

pub(crate) fn scope() -> impl Strategy<Value = Scope> {
    let object = prop_oneof![
        2 => Just(Object::Any),
        1 => Just(Object::Graph),
        1 => pid().prop_map(|pid| Object::Process(ProcessPattern::Pid(pid))),
        1 => "[ab]{1,2}".prop_map(|name| Object::Process(ProcessPattern::Name(name.parse().unwrap()))),
        2 => filter().prop_map(Object::Topics),
        2 => path().prop_map(Object::Paths),
        2 => file_path().prop_map(|path| Object::Files(path.parse().unwrap())),
    ];
    (prop::sample::select(Action::ALL.as_slice()), object)
        .prop_filter_map("the object fits the action", |(action, object)| {
            Scope::new(action, object).ok()
        })
}

fn grant_id() -> impl Strategy<Value = GrantId> {
    prop_oneof![1 => Just(GrantId::ROOT), 4 => (seq(), 0u16..3).prop_map(|(seq, index)| GrantId { seq, index })]
}

fn grant() -> impl Strategy<Value = Grant> {
    (scope(), prop::option::of(grant_id()), prop::option::of(time()), any::<bool>())
        .prop_map(|(scope, parent, expires, delegable)| Grant { scope, parent, expires, delegable })
}

fn node() -> impl Strategy<Value = NodeRef> {
    prop_oneof![
        seq().prop_map(NodeRef::Record),
        pid().prop_map(NodeRef::Process),
        "[ab]".prop_map(|name| NodeRef::Named(name.parse().unwrap())),
    ]
}

fn outcome() -> impl Strategy<Value = Outcome> {
    prop_oneof![
        any::<u8>().prop_map(Outcome::Code),
        any::<u8>().prop_map(Outcome::Signal),
        Just(Outcome::Lost),
        Just(Outcome::Stopped)
    ]
}

fn genesis() -> impl Strategy<Value = LogGenesis> {
    let fork =
        (digest(), seq(), digest()).prop_map(|(log_id, seq, link)| Fork { log_id, seq, link });
    ("[a-z]{1,9}", digest(), prop::option::of(fork)).prop_map(|(origin, digest, fork)| LogGenesis {
        origin,
        fork,
        log_key: digest,
        constitution: digest,
        entropy: digest,
        operator_key: digest,
    })
}

/// Any event that can be encoded.
pub(crate) fn event() -> impl Strategy<Value = Event> {
    prop_oneof![1 => rare_event(), 1 => chain_event(), 6 => process_event(), 6 => message_event(), 6 => asset_event()]
}

fn rare_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        genesis().prop_map(|event| Event::LogGenesis(Box::new(event))),
        any::<[u32; 3]>().prop_map(|[boot, gate_version, state_version]| {
            Event::KernelBooted(KernelBooted { boot, gate_version, state_version })
        }),
        any::<u32>().prop_map(|boot| Event::KernelHalted(KernelHalted { boot })),
        (actor(), any::<u64>(), any::<u64>()).prop_map(|(tree, count, minute)| {
            Event::GovernanceSuppressed(GovernanceSuppressed { tree, count, minute })
        }),
    ]
}

fn chain_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        (seq(), "[a-z é]{1,9}").prop_map(|(seq, reason)| {
            Event::LogRedacted(LogRedacted { seq, reason: reason.parse().unwrap() })
        }),
        (digest(), any::<u8>()).prop_map(|(new_key, byte)| {
            let signature = Signature([byte; 64]);
            Event::LogKeyRotated(Box::new(LogKeyRotated { new_key, signature }))
        }),
        (seq(), any::<u32>(), digest()).prop_map(|(seq, state_version, root)| {
            Event::KernelSnapshotClaimed(KernelSnapshotClaimed { seq, state_version, root })
        }),
    ]
}

fn process_event() -> impl Strategy<Value = Event> {
    let restart = prop::sample::select(vec![Restart::Never, Restart::OnFailure]);
    let next = prop::sample::select(vec![Next::Exited, Next::Restarting]);
    let backend = prop::sample::select(vec![Backend::Embedded, Backend::Native]);
    let token = prop::option::of(digest());
    prop_oneof![
        3 => (pid(), "[a-e]", actor(), restart, prop::collection::vec(grant(), 0..4), backend).prop_map(
            |(pid, name, parent, restart, grants, backend)| {
                let name = name.parse().unwrap();
                Event::ProcessSpawned(ProcessSpawned { pid, name, parent, restart, grants, backend })
            }
        ),
        1 => (pid(), generation(), token)
            .prop_map(|(pid, generation, token)| Event::ProcessStarted(ProcessStarted { pid, generation, token })),
        2 => (pid(), generation(), outcome(), next)
            .prop_map(|(pid, generation, outcome, next)| Event::ProcessExited(ProcessExited { pid, generation, outcome, next })),
        1 => pid().prop_map(|pid| Event::ProcessStopping(ProcessStopping { pid })),
    ]
}

fn message_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        2 => pid().prop_map(|to| Event::IpcSent(IpcSent { to })),
        1 => (pid(), seq()).prop_map(|(pid, message)| Event::IpcAcked(IpcAcked { pid, message })),
        2 => (pid(), filter()).prop_map(|(pid, filter)| Event::TopicSubscribed(TopicSubscribed { pid, filter })),
        1 => (pid(), filter()).prop_map(|(pid, filter)| Event::TopicUnsubscribed(TopicUnsubscribed { pid, filter })),
        2 => "([ab]/){0,2}[ab]".prop_map(|topic| Event::TopicPublished(TopicPublished { topic: topic.parse().unwrap() })),
    ]
}

fn asset_event() -> impl Strategy<Value = Event> {
    let meta_keys = prop::collection::btree_set("[a-z0-9]{1,4}", 0..4);
    let edge = (node(), node(), prop::sample::select(Relation::ALL.as_slice()), 0u16..=1_000);
    prop_oneof![
        3 => (path(), "[a-c]", meta_keys).prop_map(|(path, kind, keys)| {
            let meta_keys = keys.iter().map(|key| key.parse().unwrap()).collect();
            Event::ResourceStored(ResourceStored { path, kind: kind.parse().unwrap(), meta_keys })
        }),
        1 => path().prop_map(|path| Event::ResourceRemoved(ResourceRemoved { path })),
        2 => edge.prop_map(|(from, to, relation, weight)| Event::CausalLinked(CausalLinked { from, to, relation, weight })),
        3 => (actor(), grant()).prop_map(|(holder, grant)| Event::CapabilityGranted(CapabilityGranted { holder, grant })),
        1 => grant_id().prop_map(|grant| Event::CapabilityRevoked(CapabilityRevoked { grant })),
    ]
}

/// Any record at all, whether or not a kernel would write it.
pub(crate) fn record() -> impl Strategy<Value = Record> {
    let verdict = prop_oneof![6 => Just(Verdict::Permit), 1 => Just(Verdict::Warn), 1 => Just(Verdict::Defer), 1 => Just(Verdict::Deny)];
    let payload =
        prop::option::of((seq(), digest(), any::<u32>()).prop_map(|(seq, commit, len)| Payload {
            seq,
            commit,
            len,
        }));
    let events = prop::collection::vec(event(), 0..4);
    (
        seq(),
        time(),
        any::<u16>(),
        actor(),
        prop::option::of(seq()),
        verdict,
        any::<bool>(),
        events,
        payload,
    )
        .prop_map(|(seq, time, kind, actor, cause, verdict, rejected, events, payload)| {
            Record {
                seq,
                time,
                kind: Kind(kind),
                actor,
                cause,
                verdict,
                rejected,
                constitution: None,
                events,
                payload,
            }
        })
}

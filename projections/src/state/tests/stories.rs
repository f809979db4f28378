//! What records do to State, told one story at a time.

use crate::events::{
    Backend, CapabilityGranted, GovernanceSuppressed, IpcSent, KernelBooted, KernelHalted, Next,
    Outcome, ProcessSpawned, ProcessStarted, ProcessStopping, Restart, TopicPublished,
    TopicSubscribed, TopicUnsubscribed,
};
use crate::limits::BACKOFF_MS_MIN;
use crate::state::{Phase, ResourceTree, RunState, Work};
use crate::testing::{
    Story, filter, genesis, grant, name, operator, path, pid_of, process, spawned, topic,
};
use crate::{
    Actor, Digest, Effect, Environment, Event, Generation, GrantId, Kind, OperatorId, Scope, State,
    Time, Verdict, evolve,
};

/// Given processes 1 to 3 of which 2 is 1's child, when events happen, then State is as expected.
fn check(when: &[(Actor, Event)], then: impl Fn(&State)) {
    let mut story = Story::begin();
    story.add(operator(), spawned(1));
    let child = ProcessSpawned {
        pid: pid_of(2),
        name: name("child"),
        parent: process(1),
        restart: Restart::OnFailure,
        grants: vec![],
        backend: Backend::Embedded,
    };
    story.add(process(1), Event::ProcessSpawned(child));
    story.add(operator(), spawned(3));
    for (actor, event) in when {
        story.add(*actor, event.clone());
    }
    then(&story.state);
}

fn started(id: u64, generation: u32) -> (Actor, Event) {
    let generation = Generation::new(generation).unwrap();
    (
        Actor::Kernel,
        Event::ProcessStarted(ProcessStarted { pid: pid_of(id), generation, token: None }),
    )
}

fn stopping(id: u64) -> (Actor, Event) {
    (operator(), Event::ProcessStopping(ProcessStopping { pid: pid_of(id) }))
}

fn exited(id: u64, generation: u32, next: Next) -> (Actor, Event) {
    let generation = Generation::new(generation).unwrap();
    let event = crate::events::ProcessExited {
        pid: pid_of(id),
        generation,
        outcome: Outcome::Signal(9),
        next,
    };
    (Actor::Kernel, Event::ProcessExited(event))
}

fn subscribed(id: u64, text: &str) -> (Actor, Event) {
    (process(id), Event::TopicSubscribed(TopicSubscribed { pid: pid_of(id), filter: filter(text) }))
}

fn published(id: u64, text: &str) -> (Actor, Event) {
    (process(id), Event::TopicPublished(TopicPublished { topic: topic(text) }))
}

#[test]
fn genesis_founds_the_law_the_operator_and_the_tree_once() {
    let mut story = Story::begin();
    let mut other = genesis();
    other.operator_key = Digest([7; 32]);
    story.add(Actor::Kernel, Event::LogGenesis(Box::new(other)));
    let State { governance, capabilities, resource_tree, .. } = &story.state;
    assert_eq!(governance.operator_key(OperatorId::FIRST), Some(Digest([3; 32])));
    assert_eq!(governance.environment(), Environment::Development);
    assert_eq!(
        governance.effect(Kind::PROCESS_SPAWN).map(Effect::to_array),
        Some([200, 0, 0, 200, 200])
    );
    assert_eq!(
        capabilities.effective(operator(), &Scope::everything(), Time(0)),
        Some(GrantId::ROOT)
    );
    let paths: Vec<&str> =
        resource_tree.subtree(&path("/")).map(|(path, _)| path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "/",
            "/apps",
            "/environments",
            "/kernel",
            "/kernel/agents",
            "/kernel/processes",
            "/kernel/services",
            "/network",
            "/network/peers"
        ]
    );
}

#[test]
fn a_constitution_that_is_missing_or_another_one_leaves_everything_denied() {
    for constitution in [
        None,
        Some("constitution 1".into()),
        Some(format!("{}\n", crate::DEFAULT_CONSTITUTION).into()),
    ] {
        let mut story = Story::begin();
        story.state = State::default();
        story.next.constitution = constitution;
        story.next.events = vec![Event::LogGenesis(Box::new(genesis()))];
        evolve(&mut story.state, &story.next);
        assert!(story.state.governance.is_founded());
        assert_eq!(story.state.governance.effect(Kind::TREE_PUT), None);
        assert_eq!(story.state.governance.environment(), Environment::Production);
    }
}

#[test]
fn the_kernel_boots_and_halts() {
    let booted = Event::KernelBooted(KernelBooted { boot: 4, gate_version: 1, state_version: 1 });
    check(&[(Actor::Kernel, booted.clone())], |state| {
        assert_eq!((state.kernel.phase(), state.kernel.boots()), (Phase::Running, 4));
    });
    let halted = Event::KernelHalted(KernelHalted { boot: 4 });
    check(&[(Actor::Kernel, booted), (Actor::Kernel, halted)], |state| {
        assert_eq!(state.kernel.phase(), Phase::Halted);
    });
}

#[test]
fn a_process_starts_runs_stops_and_exits() {
    let row = |when: &[(Actor, Event)], expected: RunState| {
        check(when, |state| {
            assert_eq!(state.process_table.get(pid_of(1)).unwrap().state, expected);
        });
    };
    row(&[], RunState::Starting);
    row(&[started(1, 1)], RunState::Running);
    row(&[started(1, 2)], RunState::Starting);
    row(&[started(1, 1), stopping(1)], RunState::Stopping);
    row(&[stopping(1), started(1, 1)], RunState::Stopping);
    row(&[started(1, 1), exited(1, 1, Next::Exited)], RunState::Exited);
    row(&[started(1, 1), exited(1, 2, Next::Exited)], RunState::Running);
    row(&[exited(1, 1, Next::Restarting)], RunState::Starting);
    row(&[exited(1, 1, Next::Exited), stopping(1), started(1, 1)], RunState::Exited);
}

#[test]
fn work_is_what_starts_and_stops() {
    let (one, two) = (Generation::FIRST, Generation::new(2).unwrap());
    let when =
        [started(1, 1), exited(1, 1, Next::Restarting), started(2, 1), stopping(2), started(3, 1)];
    check(&when, |state| {
        let work: Vec<Work> = state.pending_work().collect();
        let failed_at = state.process_table.get(pid_of(1)).unwrap().changed_at;
        let not_before = Time::from_unix_ms(failed_at.unix_ms() + BACKOFF_MS_MIN);
        assert_eq!(
            work,
            [
                Work::Start { pid: pid_of(1), generation: two, not_before },
                Work::Stop { pid: pid_of(2), generation: one }
            ]
        );
    });
}

#[test]
fn a_restart_keeps_name_inbox_and_subscriptions() {
    let sent = (operator(), Event::IpcSent(IpcSent { to: pid_of(1) }));
    check(&[sent, subscribed(1, "a"), exited(1, 1, Next::Restarting)], |state| {
        let row = state.process_table.live_by_name(&name("p1")).unwrap();
        assert_eq!(
            (row.generation.get(), row.restarts, row.exit),
            (2, 1, Some(Outcome::Signal(9)))
        );
        assert_eq!(state.ipc_routes.inbox_len(pid_of(1)), Some(1));
        assert!(state.ipc_routes.is_subscribed(pid_of(1), &filter("a")));
    });
}

#[test]
fn an_exit_for_good_frees_name_inbox_subscriptions_and_grants() {
    let given = CapabilityGranted { holder: process(1), grant: grant("send:*", GrantId::ROOT) };
    let when = [
        (operator(), Event::CapabilityGranted(given)),
        subscribed(1, "a"),
        exited(1, 1, Next::Exited),
    ];
    check(&when, |state| {
        assert!(state.process_table.live_by_name(&name("p1")).is_none());
        assert_eq!(state.ipc_routes.inbox_len(pid_of(1)), None);
        assert_eq!(state.ipc_routes.matching(&topic("a")), []);
        assert_eq!(state.capabilities.held_len(process(1)), 0);
        assert!(state.process_table.get(pid_of(1)).is_some(), "the row stays for a while");
        assert!(state.resource_tree.get(&ResourceTree::process_path(pid_of(1))).is_some());
    });
}

#[test]
fn pids_and_live_names_are_not_used_twice() {
    let again = |id: u64, text: &str| {
        let event = ProcessSpawned {
            pid: pid_of(id),
            name: name(text),
            parent: operator(),
            restart: Restart::Never,
            grants: vec![],
            backend: Backend::Embedded,
        };
        (operator(), Event::ProcessSpawned(event))
    };
    check(&[again(3, "new"), again(4, "p1")], |state| {
        assert_eq!(
            (state.process_table.live_len(), state.process_table.next_pid()),
            (3, Some(pid_of(4)))
        );
    });
    check(&[exited(1, 1, Next::Exited), again(4, "p1")], |state| {
        assert_eq!(state.process_table.live_by_name(&name("p1")).unwrap().pid, pid_of(4));
    });
}

#[test]
fn spawn_trees_have_one_root_and_remember_their_lineage() {
    check(&[], |state| {
        assert_eq!(state.process_table.root_of(process(2)), process(1));
        assert_eq!(state.process_table.root_of(operator()), operator());
        assert_eq!(state.causal_graph.children(process(1)).collect::<Vec<_>>(), [pid_of(2)]);
        assert_eq!(
            state.causal_graph.children(operator()).collect::<Vec<_>>(),
            [pid_of(1), pid_of(3)]
        );
    });
}

#[test]
fn messages_go_to_inboxes_and_are_counted() {
    let mut story = Story::begin();
    story.spawn(2);
    let seq = story.add_with_payload(process(1), Event::IpcSent(IpcSent { to: pid_of(2) }), 5);
    let (found, message) = story.state.ipc_routes.inbox(pid_of(2)).next().unwrap();
    assert_eq!((found, message.from, message.payload.unwrap().len), (seq, process(1), 5));
    assert_eq!(story.state.process_table.get(pid_of(1)).unwrap().messages_sent, 1);
}

#[test]
fn a_topic_reaches_whoever_subscribed_once() {
    let when = [
        subscribed(1, "survey/#"),
        subscribed(1, "survey/+"),
        subscribed(2, "+/done"),
        subscribed(3, "survey/done/x"),
    ];
    let with = |more: &[(Actor, Event)], expected: &[(u64, usize)]| {
        check(&[&when, more].concat(), |state| {
            let waiting = [1, 2, 3].map(|id| (id, state.ipc_routes.inbox_len(pid_of(id)).unwrap()));
            assert_eq!(waiting, expected);
        });
    };
    with(&[published(3, "survey/done")], &[(1, 1), (2, 1), (3, 0)]);
    with(&[published(3, "survey")], &[(1, 1), (2, 0), (3, 0)]);
    with(&[published(3, "survey/done/x")], &[(1, 1), (2, 0), (3, 1)]);
    let unsubscribed = TopicUnsubscribed { pid: pid_of(2), filter: filter("+/done") };
    with(
        &[(process(2), Event::TopicUnsubscribed(unsubscribed)), published(3, "survey/done")],
        &[(1, 1), (2, 0), (3, 0)],
    );
}

#[test]
fn refusals_are_counted_by_spawn_tree_and_minute() {
    let mut story = Story::begin();
    story.spawn(1);
    let child = ProcessSpawned {
        pid: pid_of(2),
        name: name("child"),
        parent: process(1),
        restart: Restart::Never,
        grants: vec![],
        backend: Backend::Embedded,
    };
    story.add(process(1), Event::ProcessSpawned(child));
    story.refuse(process(1), Verdict::Deny);
    story.refuse(process(2), Verdict::Defer);
    story.refuse(process(2), Verdict::Warn);
    let count =
        |story: &Story, root| story.state.governance.refusals_in_minute(root, story.next.time);
    assert_eq!((count(&story, process(1)), count(&story, process(2))), (2, 0));
    story.wait_ms(60_000);
    assert_eq!(count(&story, process(1)), 0);
    story.refuse(Actor::Unauthenticated, Verdict::Deny);
    assert_eq!((count(&story, process(1)), count(&story, Actor::Unauthenticated)), (0, 1));
    let suppressed = GovernanceSuppressed { tree: process(1), count: 7, minute: 1_000 };
    story.add(Actor::Kernel, Event::GovernanceSuppressed(suppressed));
    assert_eq!(story.state.governance.suppressed_total(), 7);
}

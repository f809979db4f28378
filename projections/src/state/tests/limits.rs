//! At a limit nothing changes; below it everything fits.

use crate::events::{
    Backend, CapabilityGranted, CausalLinked, IpcAcked, IpcSent, Next, NodeRef, ProcessSpawned,
    Relation, Restart, TopicPublished, TopicSubscribed,
};
use crate::limits::{
    DERIVATION_DEPTH_MAX, EDGES_MAX, EXITED_ROW_AGE_MS_MAX, EXITED_ROWS_MAX, GRANTS_PER_HOLDER_MAX,
    INBOX_MESSAGES_MAX, PROCESSES_MAX, RESOURCES_MAX, SPAWN_GRANTS_MAX,
    SUBSCRIPTIONS_PER_PROCESS_MAX, TOPIC_FANOUT_MAX,
};
use crate::state::{CausalGraph, ResourceTree};
use crate::testing::{Story, filter, grant, name, operator, path, pid_of, process, spawned, topic};
use crate::{Actor, Event, GrantId, Seq};

#[test]
fn an_inbox_takes_1024_messages() {
    let mut story = Story::begin();
    story.spawn(1);
    let sent: Vec<_> = (0..=INBOX_MESSAGES_MAX)
        .map(|_| story.add(operator(), Event::IpcSent(IpcSent { to: pid_of(1) })))
        .collect();
    assert_eq!(story.state.ipc_routes.inbox_len(pid_of(1)), Some(INBOX_MESSAGES_MAX));
    assert!(story.state.ipc_routes.message(pid_of(1), *sent.last().unwrap()).is_none());
    story.add(process(1), Event::IpcAcked(IpcAcked { pid: pid_of(1), message: sent[0] }));
    let late = story.add(operator(), Event::IpcSent(IpcSent { to: pid_of(1) }));
    assert!(story.state.ipc_routes.message(pid_of(1), late).is_some());
}

#[test]
fn a_process_has_64_subscriptions() {
    let mut story = Story::begin();
    story.spawn(1);
    for index in 0..=SUBSCRIPTIONS_PER_PROCESS_MAX {
        story.add(
            process(1),
            Event::TopicSubscribed(TopicSubscribed {
                pid: pid_of(1),
                filter: filter(&format!("t{index}")),
            }),
        );
    }
    assert_eq!(story.state.ipc_routes.subscriptions_len(pid_of(1)), SUBSCRIPTIONS_PER_PROCESS_MAX);
}

#[test]
fn a_message_of_a_topic_reaches_4096_inboxes() {
    let mut story = Story::begin();
    let publish = |story: &mut Story| {
        story.add(operator(), Event::TopicPublished(TopicPublished { topic: topic("t") }))
    };
    for id in 1..=TOPIC_FANOUT_MAX as u64 + 1 {
        story.add(operator(), spawned(id));
        if id == TOPIC_FANOUT_MAX as u64 + 1 {
            publish(&mut story);
        }
        story.add(
            process(id),
            Event::TopicSubscribed(TopicSubscribed { pid: pid_of(id), filter: filter("#") }),
        );
    }
    publish(&mut story);
    assert!(
        (1..=TOPIC_FANOUT_MAX as u64)
            .all(|id| story.state.ipc_routes.inbox_len(pid_of(id)) == Some(1))
    );
}

#[test]
fn there_are_65536_live_processes() {
    let mut story = Story::begin();
    story.spawn(PROCESSES_MAX as u64 + 1);
    assert_eq!(story.state.process_table.live_len(), PROCESSES_MAX);
    story.exit(1, Next::Exited);
    story.add(operator(), spawned(PROCESSES_MAX as u64 + 2));
    assert_eq!(story.state.process_table.live_len(), PROCESSES_MAX);
}

#[test]
fn rows_leave_after_1000_later_exits_with_their_resource() {
    let mut story = Story::begin();
    story.spawn(EXITED_ROWS_MAX as u64 + 1);
    for id in 1..=EXITED_ROWS_MAX as u64 {
        story.exit(id, Next::Exited);
    }
    assert!(story.state.process_table.get(pid_of(1)).is_some());
    story.exit(EXITED_ROWS_MAX as u64 + 1, Next::Exited);
    assert!(story.state.process_table.get(pid_of(1)).is_none());
    assert!(story.state.resource_tree.get(&ResourceTree::process_path(pid_of(1))).is_none());
    assert!(story.state.process_table.get(pid_of(2)).is_some());
}

#[test]
fn rows_leave_after_24_hours_of_record_time() {
    let mut story = Story::begin();
    story.spawn(1);
    story.exit(1, Next::Exited);
    story.wait_ms(EXITED_ROW_AGE_MS_MAX - 1);
    story.add(operator(), Event::IpcSent(IpcSent { to: pid_of(9) }));
    assert!(story.state.process_table.get(pid_of(1)).is_some());
    story.wait_ms(1);
    story.add(operator(), Event::IpcSent(IpcSent { to: pid_of(9) }));
    assert!(story.state.process_table.get(pid_of(1)).is_none());
    assert_eq!(story.state.causal_graph.children(operator()).count(), 0);
}

#[test]
fn a_holder_has_256_grants() {
    let mut story = Story::begin();
    story.spawn(1);
    for _ in 0..=GRANTS_PER_HOLDER_MAX {
        give(&mut story, process(1), GrantId::ROOT);
    }
    assert_eq!(story.state.capabilities.held_len(process(1)), GRANTS_PER_HOLDER_MAX);
}

#[test]
fn grants_derive_16_deep() {
    let mut story = Story::begin();
    let mut parent = GrantId::ROOT;
    for _ in 0..DERIVATION_DEPTH_MAX {
        parent = give(&mut story, operator(), parent);
        assert!(story.state.capabilities.get(parent).is_some());
    }
    let too_deep = give(&mut story, operator(), parent);
    assert!(story.state.capabilities.get(too_deep).is_none());
}

#[test]
fn a_process_is_born_with_64_grants() {
    let check = |grants: usize, fits: bool| {
        let mut story = Story::begin();
        let event = ProcessSpawned {
            pid: pid_of(1),
            name: name("a"),
            parent: operator(),
            restart: Restart::Never,
            grants: vec![grant("send:*", GrantId::ROOT); grants],
            backend: Backend::Embedded,
        };
        story.add(operator(), Event::ProcessSpawned(event));
        assert_eq!(story.state.process_table.live(pid_of(1)).is_some(), fits);
        assert_eq!(story.state.capabilities.held_len(process(1)), if fits { grants } else { 0 });
    };
    check(SPAWN_GRANTS_MAX, true);
    check(SPAWN_GRANTS_MAX + 1, false);
}

#[test]
fn edges_weigh_up_to_1000_thousandths() {
    let mut story = Story::begin();
    for (name_of, weight) in [("a", 1_000), ("b", 1_001)] {
        let (from, to) = (NodeRef::Named(name("x")), NodeRef::Named(name(name_of)));
        story.add(
            operator(),
            Event::CausalLinked(CausalLinked { from, to, relation: Relation::Causes, weight }),
        );
    }
    assert_eq!(story.state.causal_graph.len(), 1);
}

#[test]
fn there_are_1000000_edges() {
    let mut graph = CausalGraph::default();
    let link = |from: u64| CausalLinked {
        from: NodeRef::Record(Seq(from)),
        to: NodeRef::Record(Seq(0)),
        relation: Relation::Causes,
        weight: 1,
    };
    for from in 0..EDGES_MAX as u64 + 1 {
        graph.link(Seq(1), &link(from));
    }
    assert_eq!(graph.len(), EDGES_MAX);
    graph.link(Seq(2), &link(0));
    assert_eq!(
        graph.edges().next().unwrap().1.seq,
        Seq(2),
        "an edge that is there can be asserted again"
    );
}

#[test]
fn there_are_1000000_resources_parents_included() {
    let (mut tree, kind) = (ResourceTree::default(), "file".parse().unwrap());
    tree.store(&path("/0"), Seq(1), &kind, &[], None);
    let node = tree.get(&path("/0")).unwrap().clone();
    tree.nodes
        .extend((1..RESOURCES_MAX - 2).map(|index| (path(&format!("/{index}")), node.clone())));
    assert_eq!(tree.len(), RESOURCES_MAX - 1);
    tree.store(&path("/a/b"), Seq(2), &kind, &[], None);
    assert_eq!(tree.len(), RESOURCES_MAX - 1, "no room for two");
    tree.store(&path("/a"), Seq(2), &kind, &[], None);
    tree.store(&path("/b"), Seq(2), &kind, &[], None);
    assert_eq!(tree.len(), RESOURCES_MAX);
}

#[test]
fn only_the_kernel_writes_to_reserved_paths() {
    for text in ["/", "/kernel", "/kernel/x", "/network/peers/a", "/environments"] {
        assert!(ResourceTree::is_reserved(&path(text)), "{text}");
    }
    for text in ["/apps", "/apps/kernel", "/kernels", "/x"] {
        assert!(!ResourceTree::is_reserved(&path(text)), "{text}");
    }
}

fn give(story: &mut Story, holder: Actor, parent: GrantId) -> GrantId {
    let grant = grant("send:*", parent);
    let seq = story.add(operator(), Event::CapabilityGranted(CapabilityGranted { holder, grant }));
    GrantId { seq, index: 0 }
}

//! Whatever happens, indexes agree with what they index and no limit is passed.

use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

use crate::limits::{
    DERIVATION_DEPTH_MAX, EXITED_ROWS_MAX, GRANTS_PER_HOLDER_MAX, INBOX_MESSAGES_MAX,
    SUBSCRIPTIONS_PER_PROCESS_MAX,
};
use crate::state::{
    Capabilities, CausalGraph, IpcRoutes, ProcessTable, ResourceTree, Row, RunState,
};
use crate::testing::record;
use crate::{Actor, Name, Pid, Seq, State, Time, Topic, TopicFilter, TreePath, evolve};

proptest! {
    #[test]
    fn state_stays_consistent_over_arbitrary_records(records in prop::collection::vec(record(), 0..120)) {
        let mut state = State::default();
        for record in &records {
            evolve(&mut state, record);
        }
        check(&state);
        state.seal();
        check_tree_digests(&state.resource_tree);
    }
}

/// More changes than are hashed together, of nodes with and without children, some of them gone or there twice.
#[test]
fn many_changes_at_once_give_the_same_tree_as_one_after_another() {
    let (mut at_once, mut kind) = (ResourceTree::default(), "file".parse().unwrap());
    at_once.found(Seq(0));
    let mut one_by_one = at_once.clone();
    let path = |index: u64| TreePath::new(&format!("/apps/{}/{index}", index % 5)).unwrap();
    for round in 0..2 {
        let put = |tree: &mut ResourceTree, index: u64, kind| {
            tree.store(&path(index), Seq(index), kind, &[], None);
        };
        for index in 0..4_000 / (round + 1) {
            put(&mut at_once, index, &kind);
            put(&mut one_by_one, index, &kind);
            one_by_one.seal();
        }
        for index in (0..4_000).step_by(3) {
            at_once.remove(&path(index));
            one_by_one.remove(&path(index));
            one_by_one.seal();
        }
        for index in (0..4_000).step_by(6) {
            put(&mut at_once, index, &kind);
            put(&mut one_by_one, index, &kind);
        }
        for _ in 0..3 {
            at_once.remove(&path(1));
            put(&mut at_once, 1, &kind);
        }
        put(&mut one_by_one, 1, &kind);
        assert!(at_once.dirty.len() > 2_000, "they were hashed before");
        assert_eq!(at_once.seal(), one_by_one.seal());
        check_tree_digests(&at_once);
        kind = "folder".parse().unwrap();
    }
}

fn check(state: &State) {
    let live: BTreeSet<Pid> =
        state.process_table.rows().filter(|row| row.state.is_live()).map(|row| row.pid).collect();
    check_process_table(&state.process_table);
    check_ipc_routes(&state.ipc_routes, &live);
    check_matching(&state.ipc_routes);
    check_tree_shape(&state.resource_tree);
    check_causal_graph(&state.causal_graph, &state.process_table);
    check_capabilities(&state.capabilities, &live);
}

fn check_process_table(table: &ProcessTable) {
    let rows = || table.rows();
    let by_name: BTreeMap<Name, Pid> =
        rows().filter(|row| row.state.is_live()).map(|row| (row.name.clone(), row.pid)).collect();
    assert_eq!(
        by_name.len(),
        rows().filter(|row| row.state.is_live()).count(),
        "names of live processes are unique"
    );
    assert_eq!(by_name, table.by_name.iter().map(|(name, pid)| (name.clone(), *pid)).collect());
    let is_pending = |state| [RunState::Starting, RunState::Stopping].contains(&state);
    let pending: BTreeSet<Pid> =
        rows().filter(|row| is_pending(row.state)).map(|row| row.pid).collect();
    assert_eq!(pending, table.pending.iter().copied().collect());
    let exited = rows().filter(|row| row.state == RunState::Exited);
    let exited: BTreeMap<(Seq, Pid), Time> =
        exited.map(|row| ((row.changed, row.pid), row.changed_at)).collect();
    assert_eq!(exited, table.exited.iter().map(|(key, time)| (*key, *time)).collect());
    assert!(exited.len() <= EXITED_ROWS_MAX);
    let runs = |row: &Row| [RunState::Running, RunState::Stopping].contains(&row.state);
    assert!(rows().all(|row| row.token.is_none() || runs(row)), "tokens of runs that are over");
    assert!(
        rows().all(|row| table.next_pid().is_none_or(|next| row.pid < next)),
        "pids are not used again"
    );
}

fn check_ipc_routes(routes: &IpcRoutes, live: &BTreeSet<Pid>) {
    assert_eq!(
        *live,
        routes.inboxes.keys().copied().collect(),
        "every live process has an inbox, and nobody else"
    );
    assert!(routes.inboxes.values().all(|inbox| inbox.len() <= INBOX_MESSAGES_MAX));
    let pairs = |filter: &TopicFilter, pid: &Pid| (*pid, filter.clone());
    let forward: BTreeSet<(Pid, TopicFilter)> = routes
        .subscriptions
        .iter()
        .flat_map(|(filter, pids)| pids.iter().map(move |pid| pairs(filter, pid)))
        .collect();
    let backward = routes
        .by_pid
        .iter()
        .flat_map(|(pid, filters)| filters.iter().map(move |filter| pairs(filter, pid)));
    assert_eq!(forward, backward.collect());
    assert!(forward.iter().all(|(pid, _)| live.contains(pid)));
    assert!(
        routes.subscriptions.values().all(|pids| !pids.is_empty())
            && routes.by_pid.values().all(|filters| !filters.is_empty())
    );
    assert!(live.iter().all(|pid| routes.subscriptions_len(*pid) <= SUBSCRIPTIONS_PER_PROCESS_MAX));
}

/// The walk over the filters finds what trying each of them finds.
fn check_matching(routes: &IpcRoutes) {
    let words = || ["a", "b", "c"].into_iter();
    let pairs = words().flat_map(|one| words().map(move |two| format!("{one}/{two}")));
    let triples = words().flat_map(|one| words().map(move |two| format!("{one}/b/{two}")));
    for topic in words().map(str::to_owned).chain(pairs).chain(triples) {
        let topic: Topic = topic.parse().unwrap();
        let tried = routes.subscriptions.iter().filter(|(filter, _)| filter.matches(&topic));
        let tried: BTreeSet<Pid> = tried.flat_map(|(_, pids)| pids.iter().copied()).collect();
        assert_eq!(routes.matching(&topic), tried.into_iter().collect::<Vec<_>>(), "{topic}");
    }
}

fn check_tree_shape(tree: &ResourceTree) {
    let mut children: BTreeMap<TreePath, Vec<TreePath>> =
        tree.nodes.keys().map(|path| (path.clone(), vec![])).collect();
    for path in tree.nodes.keys().filter(|path| !path.is_root()) {
        let siblings = children
            .get_mut(&path.parent().unwrap())
            .expect("every node has its parent in the tree");
        siblings.push(path.clone());
    }
    for (path, expected) in children {
        let listed: Vec<TreePath> = tree.children(&path).map(|(path, _)| path.clone()).collect();
        assert_eq!(listed, expected, "children of {path}");
        let below = tree.subtree(&path).map(|(path, _)| path.clone());
        assert_eq!(
            below.collect::<Vec<_>>(),
            tree.nodes.keys().filter(|other| other.is_within(&path)).cloned().collect::<Vec<_>>()
        );
    }
}

/// The digests are those of a tree that got the same resources in another order, and was hashed only once.
fn check_tree_digests(tree: &ResourceTree) {
    let mut again = ResourceTree::default();
    for (path, node) in tree.nodes.iter().rev() {
        again.store(path, node.stored, &node.kind, node.meta_keys(), node.payload);
    }
    assert_eq!(again.seal(), tree.root());
    for (path, node) in &tree.nodes {
        assert_eq!(again.get(path).unwrap().digest(), node.digest(), "digest of {path}");
    }
}

fn check_causal_graph(graph: &CausalGraph, table: &ProcessTable) {
    let turned: BTreeSet<_> =
        graph.edges().map(|(key, _)| (key.to.clone(), key.relation, key.from.clone())).collect();
    assert_eq!(turned, graph.incoming.iter().cloned().collect());
    for (key, edge) in graph.edges() {
        assert!(graph.outgoing(&key.from).any(|found| found == (key, edge)));
        assert!(graph.incoming(&key.to).any(|found| found == (key.clone(), edge)));
        assert!(graph.outgoing(&key.from).all(|(found, _)| found.from == key.from));
        assert!(graph.incoming(&key.to).all(|(found, _)| found.to == key.to));
    }
    let lineage: BTreeSet<(Actor, Pid)> = table.rows().map(|row| (row.parent, row.pid)).collect();
    assert_eq!(lineage, graph.lineage.iter().copied().collect());
}

fn check_capabilities(capabilities: &Capabilities, live: &BTreeSet<Pid>) {
    let held = || capabilities.grants();
    let by_holder: BTreeSet<_> = held().map(|(id, held)| (held.holder, id)).collect();
    let indexed = capabilities
        .by_holder
        .iter()
        .flat_map(|(holder, ids)| ids.iter().map(move |id| (*holder, *id)));
    assert_eq!(by_holder, indexed.collect());
    let children: BTreeSet<_> =
        held().filter_map(|(id, held)| held.grant.parent.map(|parent| (parent, id))).collect();
    assert_eq!(children, capabilities.children.iter().copied().collect());
    for (id, held) in held() {
        let depth = held.grant.parent.map_or(0, |parent| {
            capabilities.get(parent).expect("a grant's parent is there").depth + 1
        });
        assert_eq!((held.depth, capabilities.chain(id).count()), (depth, usize::from(depth) + 1));
        assert!(
            depth <= DERIVATION_DEPTH_MAX
                && capabilities.held_len(held.holder) <= GRANTS_PER_HOLDER_MAX
        );
        assert!(
            held.holder.pid().is_none_or(|pid| live.contains(&pid)),
            "a process that exited holds nothing"
        );
    }
}

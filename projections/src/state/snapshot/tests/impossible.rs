//! States that no log leads to are refused, each by the rule that it breaks.

use imbl::OrdSet;
use std::sync::Arc;

use super::round_trip::rich;
use crate::events::{Grant, Outcome};
use crate::state::{Governance, Held, Row, RunState};
use crate::testing::{filter, name, operator, path, pid_of, process};
use crate::{Actor, Digest, Generation, GrantId, Kind, OperatorId, Payload, Scope, Seq, State};

/// Breaks a State and names the rule that was broken.
fn check(expected: &str, break_it: impl FnOnce(&mut State)) {
    let mut state = rich();
    break_it(&mut state);
    let error = State::from_snapshot(&state.to_snapshot().unwrap()).unwrap_err().to_string();
    assert_eq!(error.strip_prefix("impossible state in snapshot: "), Some(expected));
}

fn check_row(expected: &str, pid: u64, break_it: impl FnOnce(&mut Row)) {
    check(expected, |state| break_it(state.process_table.rows.get_mut(&pid_of(pid)).unwrap()));
}

#[test]
fn kernel_and_governance() {
    check("kernel: no record led here", |state| state.kernel.last = None);
    check("origin: not the origin of a log", |state| state.governance.origin = "a b".to_owned());
    check("governance: a law without a genesis", |state| state.governance.origin.clear());
    check("operators: no first one", |state| {
        state.governance.operators.remove(&OperatorId::FIRST);
    });
    check("effect: of a kind without a name", |state| {
        let effects = &mut state.governance.rules.effects;
        effects.insert(Kind(9_999), crate::Effect::ZERO);
    });
    check("refusals: a tree without any", |state| {
        state.governance.refusals.counts.insert(operator(), 0);
    });
    check("refusals: a minute without any", |state| state.governance.refusals.counts.clear());
    check("refusals: a minute out of range", |state| state.governance.refusals.minute = u64::MAX);
}

#[test]
fn chain() {
    let none = "log key: none of a genesis, or of none";
    check(none, |state| state.chain.keys.clear());
    check(none, |state| {
        state.governance = Governance::default();
        state.chain.copied = Some(Seq(1));
    });
    check("redactions: more than were counted", |state| state.chain.redacted_total = 0);
    check("keys of the log: 65537 are more than 65536", |state| {
        state.chain.keys.extend((0..65_535).map(|seq| (Seq(1_000 + seq), Digest::default())));
    });
}

#[test]
fn rows_of_processes() {
    let taken = |row: &mut Row| row.name = name("p1");
    check_row("row of a process: its name is taken", 2, taken);
    let root = |row: &mut Row| row.root = process(1);
    check_row("row of a process: not the root of its parent", 2, root);
    let root = |row: &mut Row| row.parent = process(1);
    check_row("row of a process: not the root of its parent", 2, root);
    let root = |row: &mut Row| row.root = operator();
    check_row("row of a process: not the root of its parent", 2, root);
    let generation = |row: &mut Row| row.generation = Generation::new(7).unwrap();
    check_row("row of a process: restarts and generation differ", 3, generation);
    let exit = "row of a process: an end without an outcome, or the other way round";
    check_row(exit, 3, |row| row.exit = None);
    check_row(exit, 1, |row| row.exit = Some(Outcome::Lost));
    check_row("row of a process: more failures than ends", 1, |row| row.failures = 1);
    let token = |row: &mut Row| row.token = Some(Digest([1; 32]));
    check_row("row of a process: a token of a run that is over", 1, token);
    let payload = Payload { seq: Seq(1), commit: Digest([1; 32]), len: 1 };
    let program = |row: &mut Row| row.program = Some(payload);
    check_row("row of a process: a program that nobody runs", 1, program);
    check_row("rows of processes: not in ascending order", 2, |row| {
        row.pid = pid_of(1);
        row.root = process(1);
    });
    check("row of a process: its pid is not used yet", |state| {
        state.process_table.next_pid = Some(pid_of(4));
    });
}

#[test]
fn inboxes_and_subscriptions() {
    check("inboxes: a live process has none", |state| {
        state.ipc_routes.inboxes.remove(&pid_of(1));
    });
    check("inbox: not of a live process", |state| state.ipc_routes.open(pid_of(4)));
    check_row("inbox: not of a live process", 3, |row| row.state = RunState::Exited);
    check("subscription: of nobody", |state| {
        state.ipc_routes.subscriptions.insert(filter("b"), OrdSet::new());
    });
    check("subscription: not of a live process", |state| {
        state.ipc_routes.subscriptions.insert(filter("b"), OrdSet::unit(pid_of(4)));
    });
    check("subscriptions of a process: 65 are more than 64", |state| {
        let filters = (0..64).map(|id| filter(&format!("b/{id}")));
        state.ipc_routes.subscriptions.extend(filters.map(|id| (id, OrdSet::unit(pid_of(2)))));
    });
    check("messages of an inbox: 1026 are more than 1024", |state| {
        let inbox = state.ipc_routes.inboxes.get_mut(&pid_of(2)).unwrap();
        let message = inbox.get_min().unwrap().1.clone();
        inbox.extend((0..1_024).map(|seq| (Seq(1_000 + seq), message.clone())));
    });
}

#[test]
fn resources_and_edges() {
    check("resource: its parent is missing", |state| {
        state.resource_tree.nodes.remove(&path("/apps/demo"));
    });
    check("resource: its parent is missing", |state| {
        state.resource_tree.nodes.remove(&path("/"));
    });
    check("metadata keys of a resource: not in ascending order", |state| {
        let node = state.resource_tree.nodes.get_mut(&path("/apps/demo")).unwrap();
        node.set_meta_keys(&["b", "a"].map(|key| key.parse().unwrap()));
    });
    check("metadata keys of a resource: 65 are more than 64", |state| {
        let node = state.resource_tree.nodes.get_mut(&path("/apps/demo")).unwrap();
        let keys = (100..165).map(|id: u64| id.to_string().parse().unwrap());
        node.set_meta_keys(&keys.collect::<Vec<_>>());
    });
    check("edge: its weight is above 1000", |state| {
        let key = state.causal_graph.edges.get_min().unwrap().0.clone();
        state.causal_graph.edges.get_mut(&key).unwrap().weight = 1_001;
    });
}

#[test]
fn grants() {
    let id = |seq| GrantId { seq: Seq(seq), index: 0 };
    let held = |holder: Actor, parent| {
        let grant = Grant { scope: Scope::everything(), parent, expires: None, delegable: true };
        Arc::new(Held { holder, grant, depth: 0 })
    };
    check("grant: its parent is gone", |state| {
        state.capabilities.grants.insert(id(99), held(operator(), Some(id(98))));
    });
    check("grant: its holder is gone", |state| {
        state.capabilities.grants.insert(id(99), held(process(4), None));
    });
    check("grant: derived from too many others", |state| {
        state.capabilities.grants.insert(id(98), held(operator(), Some(id(99))));
        state.capabilities.grants.insert(id(99), held(operator(), Some(id(98))));
    });
    check("grant: derived from too many others", |state| {
        let line = (100..117).map(|seq| (id(seq + 1), held(operator(), Some(id(seq)))));
        state.capabilities.grants.insert(id(100), held(operator(), None));
        state.capabilities.grants.extend(line);
    });
    check("grants of a holder: 257 are more than 256", |state| {
        let many = (100..356).map(|seq| (id(seq), held(operator(), None)));
        state.capabilities.grants.extend(many);
    });
}

//! What a record does to State, in order and in one place.
//!
//! Total: a recorded fact always applies, and an event that does not fit the State it meets changes nothing.

use super::{Message, Phase, ResourceTree, State, kernel::Last};
use crate::events::{
    Event, Grant, IpcSent, LogGenesis, ProcessExited, ProcessSpawned, ResourceStored,
    TopicPublished,
};
use crate::limits::SPAWN_GRANTS_MAX;
use crate::{Actor, GrantId, OperatorId, Record, ResourceKind, Scope, Time, Topic};

/// Folds a record into State.
///
/// First what every record does: it is the last one now, rows whose time is up leave, and a refusal is counted. Then its events, in order.
pub fn evolve(state: &mut State, record: &Record) {
    state.kernel.last = Some(Last { seq: record.seq, time: record.time });
    evict_rows(state, record.time);
    if record.is_refusal() {
        let root = state.process_table.root_of(record.actor);
        state.governance.refused(root, record.time);
    }
    for event in &record.events {
        apply(state, record, event);
    }
}

fn apply(state: &mut State, record: &Record, event: &Event) {
    match event {
        Event::LogGenesis(event) => genesis(state, record, event),
        Event::LogRedacted(event) => state.chain.redact(record, event),
        Event::LogKeyRotated(event) => state.chain.rotate(record, event),
        Event::KernelSnapshotClaimed(event) => state.chain.claim(record, event),
        Event::KernelBooted(event) => {
            state.kernel.phase = Phase::Running;
            state.kernel.boots = event.boot;
        }
        Event::KernelHalted(_) => state.kernel.phase = Phase::Halted,
        Event::GovernanceSuppressed(event) => state.governance.suppressed(event),
        Event::ProcessSpawned(event) => spawned(state, record, event),
        Event::ProcessStarted(event) => state.process_table.started(record, event),
        Event::ProcessExited(event) => exited(state, record, event),
        Event::ProcessStopping(event) => state.process_table.stopping(record, event.pid),
        Event::IpcSent(event) => sent(state, record, event),
        Event::IpcAcked(event) => state.ipc_routes.acknowledge(event.pid, event.message),
        Event::TopicSubscribed(event) => state.ipc_routes.subscribe(event.pid, &event.filter),
        Event::TopicUnsubscribed(event) => state.ipc_routes.unsubscribe(event.pid, &event.filter),
        Event::TopicPublished(event) => published(state, record, event),
        Event::ResourceStored(event) => stored(state, record, event),
        Event::ResourceRemoved(event) => state.resource_tree.remove(&event.path),
        Event::CausalLinked(event) => state.causal_graph.link(record.seq, event),
        Event::CapabilityGranted(event) => {
            granted(state, GrantId { seq: record.seq, index: 0 }, event.holder, &event.grant);
        }
        Event::CapabilityRevoked(event) => state.capabilities.revoke(event.grant),
    }
}

/// The log begins: the law, the first operator with a grant of everything, the tree's first paths. Only once.
fn genesis(state: &mut State, record: &Record, event: &LogGenesis) {
    if state.governance.is_founded() {
        return;
    }
    state.governance.found(record, event);
    state.chain.found(record, event);
    let everything =
        Grant { scope: Scope::everything(), parent: None, expires: None, delegable: true };
    state.capabilities.grant(GrantId::ROOT, Actor::Operator(OperatorId::FIRST), &everything);
    state.resource_tree.found(record.seq);
}

/// A process is made: its row, then all that a live process has.
fn spawned(state: &mut State, record: &Record, event: &ProcessSpawned) {
    if event.grants.len() > SPAWN_GRANTS_MAX || !state.process_table.spawn(record, event) {
        return;
    }
    state.ipc_routes.open(event.pid);
    state.causal_graph.spawned(event.parent, event.pid);
    let path = ResourceTree::process_path(event.pid);
    // The payload is the program and no metadata of the resource, so it is the row that refers to it.
    state.resource_tree.store(&path, record.seq, &process_kind(), &[], None);
    for (grant, index) in event.grants.iter().zip(0..) {
        granted(state, GrantId { seq: record.seq, index }, Actor::Process(event.pid), grant);
    }
}

/// A run ends. For good: name, inbox, subscriptions and grants go at once, the row and its resource when it is evicted.
fn exited(state: &mut State, record: &Record, event: &ProcessExited) {
    if !state.process_table.exited(record, event) {
        return;
    }
    state.ipc_routes.close(event.pid);
    state.capabilities.holder_gone(Actor::Process(event.pid));
    evict_rows(state, record.time);
}

/// Rows of exited processes whose time is up leave, each with its resource and its place in the lineage.
fn evict_rows(state: &mut State, now: Time) {
    while let Some(row) = state.process_table.evict(now) {
        state.resource_tree.remove(&ResourceTree::process_path(row.pid));
        state.causal_graph.evicted(row.parent, row.pid);
    }
}

fn sent(state: &mut State, record: &Record, event: &IpcSent) {
    if state.ipc_routes.deliver(event.to, record.seq, message(record, None)) {
        count_message(state, record);
    }
}

fn published(state: &mut State, record: &Record, event: &TopicPublished) {
    if state.ipc_routes.publish(
        record.seq,
        &event.topic,
        &message(record, Some(event.topic.clone())),
    ) {
        count_message(state, record);
    }
}

fn count_message(state: &mut State, record: &Record) {
    if let Some(pid) = record.actor.pid() {
        state.process_table.message_sent(pid);
    }
}

fn message(record: &Record, topic: Option<Topic>) -> Message {
    Message { from: record.actor, topic, payload: record.payload, sent_at: record.time }
}

fn stored(state: &mut State, record: &Record, event: &ResourceStored) {
    state.resource_tree.store(
        &event.path,
        record.seq,
        &event.kind,
        &event.meta_keys,
        record.payload,
    );
}

/// A grant, unless its holder is a process that is no longer there.
fn granted(state: &mut State, id: GrantId, holder: Actor, grant: &Grant) {
    let gone = holder.pid().is_some_and(|pid| state.process_table.live(pid).is_none());
    if !gone {
        state.capabilities.grant(id, holder, grant);
    }
}

fn process_kind() -> ResourceKind {
    ResourceKind::new("process").expect("the word is in the alphabet")
}

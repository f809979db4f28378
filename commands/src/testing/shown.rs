//! That a State shows what has just happened.

use weft_projections::{
    Actor, GrantId, State,
    events::{Backend, Event, Next},
    state::{EdgeKey, Phase, RunState},
};

use crate::Context;

/// Fails if the State does not show an event of the record at `ctx`, which was folded last.
#[track_caller]
pub(crate) fn assert_shown(state: &State, ctx: &Context, event: &Event) {
    assert!(shown(state, ctx, event), "not in the State: {event:?}");
}

fn shown(state: &State, ctx: &Context, event: &Event) -> bool {
    match event {
        Event::LogGenesis(event) => state.governance.origin() == event.origin,
        Event::LogRedacted(event) => state.chain.is_redacted(event.seq),
        Event::LogKeyRotated(event) => state.chain.keys().last() == Some((ctx.seq, event.new_key)),
        Event::KernelSnapshotClaimed(event) => {
            let claimed = state.chain.last_snapshot();
            claimed.is_some_and(|claim| (claim.seq, claim.root) == (event.seq, event.root))
        }
        Event::KernelBooted(event) => {
            state.kernel.boots() == event.boot && state.kernel.phase() == Phase::Running
        }
        Event::KernelHalted(_) => state.kernel.phase() == Phase::Halted,
        Event::GovernanceSuppressed(event) => state.governance.suppressed_total() >= event.count,
        Event::CausalLinked(event) => {
            let (from, to) = (event.from.clone(), event.to.clone());
            let key = EdgeKey { from, relation: event.relation, to };
            state.causal_graph.get(&key).is_some_and(|edge| edge.seq == ctx.seq)
        }
        Event::ResourceStored(event) => {
            let node = state.resource_tree.get(&event.path);
            node.is_some_and(|node| node.stored == ctx.seq && node.meta_keys() == event.meta_keys)
        }
        Event::ResourceRemoved(event) => state.resource_tree.get(&event.path).is_none(),
        Event::CapabilityGranted(event) => {
            let held = state.capabilities.get(GrantId { seq: ctx.seq, index: 0 });
            held.is_some_and(|held| held.holder == event.holder && held.grant == event.grant)
        }
        Event::CapabilityRevoked(event) => state.capabilities.get(event.grant).is_none(),
        Event::ProcessSpawned(_)
        | Event::ProcessStarted(_)
        | Event::ProcessExited(_)
        | Event::ProcessStopping(_)
        | Event::IpcSent(_)
        | Event::IpcAcked(_)
        | Event::TopicSubscribed(_)
        | Event::TopicUnsubscribed(_)
        | Event::TopicPublished(_) => shown_of_processes(state, ctx, event),
    }
}

fn shown_of_processes(state: &State, ctx: &Context, event: &Event) -> bool {
    let run_state = |pid| state.process_table.get(pid).map(|row| row.state);
    match event {
        Event::ProcessSpawned(event) => {
            let row = state.process_table.get(event.pid);
            state.capabilities.held_len(Actor::Process(event.pid)) == event.grants.len()
                && run_state(event.pid) == Some(RunState::Starting)
                && row.is_some_and(|row| row.backend == event.backend)
                && row
                    .is_some_and(|row| row.program.is_some() == (event.backend == Backend::Native))
        }
        Event::ProcessStarted(event) => {
            let row = state.process_table.get(event.pid);
            row.is_some_and(|row| row.state == RunState::Running && row.token == event.token)
        }
        Event::ProcessExited(event) => match event.next {
            Next::Exited => run_state(event.pid) == Some(RunState::Exited),
            Next::Restarting => {
                let row = state.process_table.get(event.pid);
                row.is_some_and(|row| Some(row.generation) == event.generation.next())
            }
        },
        Event::ProcessStopping(event) => run_state(event.pid) == Some(RunState::Stopping),
        Event::IpcSent(event) => state.ipc_routes.message(event.to, ctx.seq).is_some(),
        Event::IpcAcked(event) => state.ipc_routes.message(event.pid, event.message).is_none(),
        Event::TopicSubscribed(event) => state.ipc_routes.is_subscribed(event.pid, &event.filter),
        Event::TopicUnsubscribed(event) => {
            !state.ipc_routes.is_subscribed(event.pid, &event.filter)
        }
        Event::TopicPublished(event) => {
            let mut subscribers = state.ipc_routes.matching(&event.topic).into_iter();
            subscribers.all(|pid| state.ipc_routes.message(pid, ctx.seq).is_some())
        }
        Event::LogGenesis(_)
        | Event::LogRedacted(_)
        | Event::LogKeyRotated(_)
        | Event::KernelSnapshotClaimed(_)
        | Event::KernelBooted(_)
        | Event::KernelHalted(_)
        | Event::GovernanceSuppressed(_)
        | Event::CausalLinked(_)
        | Event::ResourceStored(_)
        | Event::ResourceRemoved(_)
        | Event::CapabilityGranted(_)
        | Event::CapabilityRevoked(_) => false,
    }
}

//! `causal.link`: an edge that somebody asserts.

use weft_projections::{
    Pid,
    events::{CausalLinked, Event, NodeRef},
    limits::{EDGES_MAX, WEIGHT_MAX},
    state::EdgeKey,
};

use crate::{Limited, Rejection, Target, deciders::dispatch::Case, requests::causal::Link};

pub(super) fn link(case: &Case<'_>, request: &Link) -> Result<Event, Rejection> {
    let Link { from, to, relation, weight } = request.clone();
    if weight > WEIGHT_MAX {
        return Err(Rejection::WeightTooLarge { weight, weight_max: WEIGHT_MAX });
    }
    exists(case, &from)?;
    exists(case, &to)?;
    let graph = &case.state.causal_graph;
    let key = EdgeKey { from: from.clone(), relation, to: to.clone() };
    if let Some(edge) = graph.get(&key) {
        return Err(Rejection::EdgeExists { seq: edge.seq });
    }
    Limited::Edges.check(graph.len() + 1, EDGES_MAX)?;
    Ok(Event::CausalLinked(CausalLinked { from, to, relation, weight }))
}

/// A record stands before this one, a process has been spawned at some time, a name needs nothing.
fn exists(case: &Case<'_>, node: &NodeRef) -> Result<(), Rejection> {
    match node {
        NodeRef::Record(seq) if *seq >= case.ctx.seq => {
            Err(Rejection::NoSuchRecord { seq: *seq, next: case.ctx.seq })
        }
        NodeRef::Process(pid) if !was_spawned(case, *pid) => {
            Err(Rejection::NoSuchProcess { target: Target::Pid(*pid) })
        }
        NodeRef::Record(_) | NodeRef::Process(_) | NodeRef::Named(_) => Ok(()),
    }
}

/// Pids are given out in order, so that all below the next one belong or belonged to a process.
fn was_spawned(case: &Case<'_>, pid: Pid) -> bool {
    case.state.process_table.next_pid().is_none_or(|next| pid < next)
}

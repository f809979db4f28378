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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{
        KERNEL, OPERATOR, Then, World, check, check_in, exited, link, spawn, submit,
    };
    use weft_projections::{
        Seq,
        events::{Outcome, Relation},
    };

    #[test]
    fn an_edge_is_asserted_once() {
        let when = (OPERATOR, link("named:a", Relation::Causes, "record:0", 1000));
        let event = CausalLinked {
            from: NodeRef::Named("a".parse().unwrap()),
            to: NodeRef::Record(Seq(0)),
            relation: Relation::Causes,
            weight: 1000,
        };
        check(&[], when.clone(), &Then::Event(Event::CausalLinked(event)));
        let again = Then::Rejected("edge_exists: the same edge was asserted by record 1");
        check(std::slice::from_ref(&when), when.clone(), &again);
        let lighter = (OPERATOR, link("named:a", Relation::Causes, "record:0", 1));
        check(std::slice::from_ref(&when), lighter, &again);
        let other = (OPERATOR, link("named:a", Relation::Enables, "record:0", 1));
        check(&[when], other, &Then::Happens("causal.linked"));
    }

    #[test]
    fn an_edge_joins_what_has_been() {
        let given = [(OPERATOR, spawn("a", &[])), (KERNEL, exited(1, 1, Outcome::Code(0)))];
        let past = (OPERATOR, link("process:1", Relation::Causes, "record:2", 0));
        check(&given, past, &Then::Happens("causal.linked"));
        let future = (OPERATOR, link("record:3", Relation::Causes, "named:a", 0));
        check(&given, future, &Then::Rejected("no_such_record: no record 3 yet, this will be 3"));
        let unborn = (OPERATOR, link("named:a", Relation::Causes, "process:2", 0));
        check(&given, unborn, &Then::Rejected("no_such_process: no process 2"));
    }

    #[test]
    fn there_are_1000000_edges() {
        let mut world = World::new();
        for number in 1..EDGES_MAX {
            let from = format!("named:n{number}");
            world.accept(&(OPERATOR, link(&from, Relation::Causes, "record:0", 1)));
        }
        let to = |name| submit(OPERATOR, link("record:0", Relation::Causes, name, 1));
        check_in(&world, &to("named:last"), &Then::Happens("causal.linked"));
        world.run(&to("named:last"));
        let rejected = Then::Rejected("limit: limit of causal edges reached: 1000000");
        check_in(&world, &to("named:x"), &rejected);
    }

    #[test]
    fn a_weight_is_at_most_1000() {
        let when = (OPERATOR, link("named:a", Relation::Causes, "named:b", 1001));
        let rejected = Then::Rejected("weight_too_large: weight 1001 is above 1000 thousandths");
        check(&[], when, &rejected);
    }
}

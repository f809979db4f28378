//! May this actor see that? Pure, default deny, with the findings that commands have.
//!
//! Nothing is weighed: a query changes nothing, so the law has no effect lines for it.

use weft_projections::{Action, Actor, Effect, Object, Pid, Scope, State};

use crate::{
    Context, Decision, Finding,
    gate::{GATE_VERSION, capability::Asker, who},
};

/// What somebody wants to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum View {
    /// State as a whole, the log, the output of every process.
    Everything,
    /// What belongs to one process: its row, its inbox, its records, its output.
    Process(Pid),
}

/// Rules on a query at a moment of the log. The same arguments give the same decision; it is never recorded.
///
/// The kernel sees what is its own, which is everything, and a live process what belongs to itself. Whatever
/// else an actor wants to see takes a live grant that covers `observe:*`.
#[must_use]
pub fn gate_query(state: &State, ctx: &Context, actor: Actor, view: &View) -> Decision {
    let mut findings = Vec::new();
    if !state.governance.is_founded() {
        findings.push(Finding::NoLaw);
    }
    findings.extend(who::vouched(state, actor).err());
    findings.push(right(state, ctx, actor, *view));
    Decision {
        verdict: Decision::join(&findings),
        gate_version: GATE_VERSION,
        law: state.governance.law(),
        effect_before: Effect::ZERO,
        effect_after: Effect::ZERO,
        findings,
    }
}

fn right(state: &State, ctx: &Context, actor: Actor, view: View) -> Finding {
    let own = match (actor, view) {
        (Actor::Kernel, View::Everything | View::Process(_)) => true,
        (Actor::Process(pid), View::Process(seen)) => pid == seen,
        (
            Actor::Process(_) | Actor::Operator(_) | Actor::Node(_) | Actor::Unauthenticated,
            View::Everything | View::Process(_),
        ) => false,
    };
    if own { Finding::Owner } else { Asker { state, ctx, actor }.held(&[observe()]) }
}

fn observe() -> Scope {
    Scope::new(Action::Observe, Object::Any).expect("everything can be observed")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{
        KERNEL, OPERATOR, STRANGER, Step, World, exited, node, operator, pid, process, revoke,
        spawn,
    };
    use proptest::prelude::*;
    use weft_projections::{Time, Verdict, events::Outcome};

    const EVERYTHING: View = View::Everything;

    fn of(number: u64) -> View {
        View::Process(pid(number))
    }

    /// Given a world after these commands, when one asks to see this, then the gate rules that.
    #[track_caller]
    fn check(given: &[Step], (actor, view): (Actor, View), then: &str) {
        check_in(&World::after(given), (actor, view), then);
    }

    #[track_caller]
    fn check_in(world: &World, (actor, view): (Actor, View), then: &str) {
        let decision = gate_query(&world.state, &world.ctx, actor, &view);
        let findings: Vec<String> = decision.findings.iter().map(ToString::to_string).collect();
        assert_eq!(format!("{}: {}", decision.verdict, findings.join("; ")), then);
        assert_eq!((decision.effect_before, decision.effect_after), (Effect::ZERO, Effect::ZERO));
        assert_eq!(gate_query(&world.state, &world.ctx, actor, &view), decision);
    }

    fn two(rights: &[&str]) -> Vec<Step> {
        vec![(OPERATOR, spawn("a", rights)), (OPERATOR, spawn("b", &[]))]
    }

    #[test]
    fn an_operator_and_the_kernel_see_everything() {
        for view in [EVERYTHING, of(1), of(9)] {
            check(&two(&[]), (OPERATOR, view), "permit: holds grant 0.0");
            check(&two(&[]), (KERNEL, view), &format!("permit: {}", Finding::Owner));
        }
    }

    #[test]
    fn a_process_sees_itself_and_nobody_else() {
        check(&two(&[]), (process(1), of(1)), &format!("permit: {}", Finding::Owner));
        for view in [EVERYTHING, of(2), of(9)] {
            check(&two(&[]), (process(1), view), "deny: holds no grant of observe:*");
        }
    }

    #[test]
    fn who_may_observe_sees_everything() {
        for right in ["observe:*", "*:*"] {
            for view in [EVERYTHING, of(2), of(9)] {
                check(&two(&[right]), (process(1), view), "permit: holds grant 1.0");
            }
        }
        for right in ["read:/", "send:*", "operate:*", "subscribe:#"] {
            check(&two(&[right]), (process(1), of(2)), "deny: holds no grant of observe:*");
        }
    }

    #[test]
    fn the_right_to_observe_ends_as_others_do() {
        let now = World::after(&two(&["observe:*"])).ctx.time;
        let expiring = |expires: Time| two(&[&format!("observe:* until {}", expires.0)]);
        let missing = "deny: holds no grant of observe:*";
        check(&expiring(Time(now.0 + 1)), (process(1), EVERYTHING), "permit: holds grant 1.0");
        check(&expiring(now), (process(1), EVERYTHING), missing);
        let revoked = [two(&["observe:*"]), vec![(OPERATOR, revoke(1, 0))]].concat();
        check(&revoked, (process(1), EVERYTHING), missing);
    }

    #[test]
    fn who_is_not_known_sees_nothing() {
        let gone = [two(&["observe:*"]), vec![(KERNEL, exited(1, 1, Outcome::Code(0)))]].concat();
        let missing = "holds no grant of observe:*";
        check(&gone, (process(1), EVERYTHING), &format!("deny: process 1 is not live; {missing}"));
        let own = format!("deny: process 1 is not live; {}", Finding::Owner);
        check(&gone, (process(1), of(1)), &own);
        for (actor, finding) in [
            (STRANGER, "nobody vouches for the caller"),
            (operator(2), "operator:2 is not known here"),
            (node(1), "node:1 is not known here"),
        ] {
            for view in [EVERYTHING, of(1)] {
                check(&two(&[]), (actor, view), &format!("deny: {finding}; {missing}"));
            }
        }
    }

    #[test]
    fn before_genesis_there_is_nothing_to_see() {
        let then = format!("deny: {}; {}", Finding::NoLaw, Finding::Owner);
        check_in(&World::empty(), (KERNEL, EVERYTHING), &then);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// Who may see everything may see each part of it, whatever has happened.
        #[test]
        fn the_whole_includes_its_parts(submissions in crate::testing::submissions(), seen in 1..5_u64) {
            let mut world = World::after(&two(&["observe:* delegable"]));
            submissions.iter().for_each(|submission| drop(world.run(submission)));
            let verdict = |actor, view| gate_query(&world.state, &world.ctx, actor, &view).verdict;
            for actor in [KERNEL, OPERATOR, STRANGER, process(1), process(2), process(3)] {
                prop_assert!(verdict(actor, of(seen)) <= verdict(actor, EVERYTHING));
            }
            prop_assert_eq!(verdict(STRANGER, of(seen)), Verdict::Deny);
        }
    }
}

//! What holds whatever is asked, by whomever, in whatever order.

use std::collections::BTreeSet;

use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use weft_projections::{Event, GrantId, State, Verdict, events::Restart};

use crate::{
    Command, Decision, Finding, Rejection, decode_decision, decode_request, encode_decision,
    encode_request, gate,
    testing::{OPERATOR, World, assert_shown, spawn, spawn_with, submissions},
};

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// The gate is a function, a refusal has no events, what is decided shows, what is stored reads back.
    #[test]
    fn every_ruling_keeps_the_invariants(submissions in submissions()) {
        let mut world = populated();
        for submission in &submissions {
            let (before, ctx) = (world.state.clone(), world.ctx);
            let ruling = world.run(submission);
            let again = gate(&before, &ctx, submission);
            let bytes = encode_decision(&ruling.decision, ruling.rejection.as_ref());
            prop_assert_eq!(&again, &ruling.decision);
            prop_assert_eq!(&encode_decision(&again, ruling.rejection.as_ref()), &bytes);
            prop_assert_eq!(&decode_decision(&bytes).unwrap().decision, &ruling.decision);
            let refused = !ruling.decision.verdict.lets_through() || ruling.rejection.is_some();
            prop_assert_eq!(refused, ruling.events.is_empty());
            ruling.events.iter().for_each(|event| assert_shown(&world.state, &ctx, event));
            let request = decode_request(submission.command.kind(), &encode_request(submission).unwrap()).unwrap();
            prop_assert_eq!((request.command, request.effect_raise), (submission.command.clone(), submission.effect_raise));
        }
    }

    /// However rights are handed on, no grant is ever more than anything it comes from.
    #[test]
    fn rights_only_shrink(submissions in submissions()) {
        let mut world = populated();
        for submission in &submissions {
            let before = world.state.clone();
            let ruling = world.run(submission);
            assert_attenuated(&world.state);
            for event in &ruling.events {
                if let Event::CapabilityRevoked(event) = event {
                    assert_revoked(&before, &world.state, event.grant);
                }
            }
        }
    }

    /// The join is a lattice's: in any order and any grouping the same, and adding a finding never lowers it.
    #[test]
    fn the_join_is_a_lattices(findings in prop::collection::vec(finding(), 1..8), more in finding()) {
        let joined = Decision::join(&findings);
        let mut reversed = findings.clone();
        reversed.reverse();
        prop_assert_eq!(Decision::join(&reversed), joined);
        let (left, right) = findings.split_at(findings.len() / 2);
        let grouped = if left.is_empty() { Decision::join(right) } else { Decision::join(left).join(Decision::join(right)) };
        prop_assert_eq!(grouped, joined);
        let twice = [findings.clone(), findings.clone()].concat();
        prop_assert_eq!(Decision::join(&twice), joined);
        let raised = Decision::join(&[findings, vec![more.clone()]].concat());
        prop_assert_eq!(raised, joined.join(more.verdict()));
        prop_assert!(raised >= joined);
    }
}

#[test]
fn nothing_found_is_denied() {
    assert_eq!(Decision::join(&[]), Verdict::Deny);
}

/// The random commands reach what the properties speak of: everything takes effect now and then, and
/// is refused for many reasons.
#[test]
fn random_commands_reach_every_corner() {
    let mut runner = TestRunner::deterministic();
    let (mut events, mut reasons) = (BTreeSet::new(), BTreeSet::new());
    for _ in 0..1_500 {
        let mut world = populated();
        for submission in submissions().new_tree(&mut runner).unwrap().current() {
            let ruling = world.run(&submission);
            events.extend(ruling.events.iter().map(Event::type_number));
            reasons.extend(ruling.rejection.iter().map(Rejection::code));
            reasons.extend(ruling.decision.findings.iter().map(Finding::code));
        }
    }
    let expected: BTreeSet<u16> =
        Command::KINDS.iter().map(|kind| kind.0).filter(|kind| *kind > 1).collect();
    assert_eq!(events, expected);
    let never =
        Rejection::CODES.iter().map(|code| code.name).filter(|name| !reasons.contains(name));
    assert_eq!(never.collect::<Vec<_>>(), NEVER);
}

/// What random commands do not run into: limits, genesis, and what the gate denies before a decider
/// sees it. Each has a test of its own.
const NEVER: [&str; 10] = [
    "inbox_full",
    "payload_too_long",
    "grant_not_held",
    "exceeds_grant",
    "grant_expired",
    "limit",
    "genesis_misplaced",
    "bad_origin",
    "bad_constitution",
    "record_unsettled",
];

/// Two processes that may do much, so that the random commands are not all denied.
fn populated() -> World {
    let all = ["*:* delegable"];
    World::after(&[
        (OPERATOR, spawn_with("a", Restart::OnFailure, &all)),
        (OPERATOR, spawn("b", &all)),
    ])
}

fn assert_attenuated(state: &State) {
    for (grant, held) in state.capabilities.grants() {
        for (ancestor, above) in state.capabilities.chain(grant).skip(1) {
            let within = above.grant.scope.covers(&held.grant.scope)
                && above.grant.delegable
                && (above.grant.expires.is_none()
                    || held.grant.expires <= above.grant.expires && held.grant.expires.is_some());
            assert!(within, "grant {grant} is more than {ancestor}: {held:?}, {above:?}");
        }
        let (root, _) = state.capabilities.chain(grant).last().unwrap();
        assert_eq!(root, GrantId::ROOT);
    }
}

fn assert_revoked(before: &State, after: &State, revoked: GrantId) {
    for (grant, _) in before.capabilities.grants() {
        let doomed = grant == revoked || before.capabilities.descends(grant, revoked);
        assert_eq!(
            after.capabilities.get(grant).is_none(),
            doomed,
            "grant {grant}, revoked {revoked}"
        );
    }
}

fn finding() -> impl Strategy<Value = Finding> {
    let over = |level| Finding::EffectOver {
        dimension: weft_projections::Dimension::Risk,
        level,
        value: 1,
        threshold: 1,
    };
    prop::sample::select(vec![
        Finding::CapabilityHeld { grant: GrantId::ROOT },
        Finding::KernelDuty,
        Finding::Owner,
        over(Verdict::Warn),
        over(Verdict::Defer),
        over(Verdict::Deny),
        Finding::Unrecognised,
    ])
}

//! `capability.*`: rights handed on and taken back.

use weft_projections::{
    Actor,
    events::{CapabilityGranted, CapabilityRevoked, Event},
    limits::GRANTS_PER_HOLDER_MAX,
};

use crate::{
    Limited, Rejection,
    deciders::{delegation, dispatch::Case},
    requests::capability::{Grant, Revoke},
};

pub(super) fn grant(case: &Case<'_>, request: &Grant) -> Result<Event, Rejection> {
    let holder = request.holder;
    if !can_hold(case, holder) {
        return Err(Rejection::NoSuchHolder { holder });
    }
    let held = case.state.capabilities.held_len(holder);
    Limited::HolderGrants.check(held + 1, GRANTS_PER_HOLDER_MAX)?;
    let grant = delegation::derive(case, &request.into())?;
    Ok(Event::CapabilityGranted(CapabilityGranted { holder, grant }))
}

/// Takes back any grant but one without a parent: without the root nobody could do anything any more.
pub(super) fn revoke(case: &Case<'_>, request: &Revoke) -> Result<Event, Rejection> {
    let grant = request.grant;
    match case.state.capabilities.get(grant) {
        None => Err(Rejection::NoSuchGrant { grant }),
        Some(held) if held.grant.parent.is_none() => Err(Rejection::RootGrant { grant }),
        Some(_) => Ok(Event::CapabilityRevoked(CapabilityRevoked { grant })),
    }
}

/// Whether there is somebody to hold the right: the kernel needs none, and nobody else is known yet.
fn can_hold(case: &Case<'_>, holder: Actor) -> bool {
    match holder {
        Actor::Process(pid) => case.state.process_table.live(pid).is_some(),
        Actor::Operator(operator) => case.state.governance.operator_key(operator).is_some(),
        Actor::Kernel | Actor::Node(_) | Actor::Unauthenticated => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{
        KERNEL, OPERATOR, STRANGER, Step, Then, World, check, check_in, exited, grant, node,
        operator, process, revoke, right, send, spawn, submit,
    };
    use weft_projections::{
        GrantId,
        events::{self, Outcome},
    };

    /// Processes a (with these rights), b and c.
    fn family(rights: &[&str]) -> Vec<Step> {
        vec![
            (OPERATOR, spawn("a", rights)),
            (OPERATOR, spawn("b", &[])),
            (OPERATOR, spawn("c", &[])),
        ]
    }

    #[test]
    fn a_delegable_right_is_handed_on_within_itself() {
        let given = family(&["put:/apps delegable until 9999999999"]);
        let expires = right("put:/ until 9999999999").expires;
        let derived = events::Grant {
            scope: right("put:/apps/x").scope,
            parent: Some(GrantId { seq: weft_projections::Seq(1), index: 0 }),
            expires,
            delegable: false,
        };
        let event = CapabilityGranted { holder: process(2), grant: derived };
        let when = (process(1), grant(process(2), "put:/apps/x"));
        check(&given, when, &Then::Event(Event::CapabilityGranted(event)));
    }

    #[test]
    fn a_right_that_is_not_held_is_not_handed_on() {
        let given = family(&["put:/apps delegable"]);
        for (wider, scope) in [("put:/", "put:/"), ("remove:/apps", "remove:/apps"), ("*:*", "*:*")]
        {
            let denied = format!("deny: holds no grant of {scope}");
            check(&given, (process(1), grant(process(2), wider)), &Then::Ruled(&denied));
        }
        let child = (process(1), spawn("d", &["put:/apps", "send:a"]));
        let denied =
            "deny: holds no grant of spawn:d; right 1 of the request is not the actor's to give";
        check(&given, child, &Then::Ruled(denied));
    }

    #[test]
    fn a_right_is_handed_on_only_if_it_may_be() {
        let when = (process(1), grant(process(2), "put:/apps/x"));
        let rejected = Then::Rejected("not_delegable: grant 1.0 is not delegable");
        check(&family(&["put:/apps"]), when.clone(), &rejected);
        let first_that_serves = family(&["put:/apps", "put:/apps delegable"]);
        check(&first_that_serves, when, &Then::Happens("capability.granted"));
    }

    #[test]
    fn a_right_does_not_outlive_what_it_comes_from() {
        let given = family(&["put:/apps delegable until 9999999999"]);
        let within = (process(1), grant(process(2), "put:/apps until 9999999998"));
        check(&given, within, &Then::Happens("capability.granted"));
        let beyond = (process(1), grant(process(2), "put:/apps until 10000000000"));
        let rejected =
            Then::Rejected("outlives_grant: expiry 10000000000 is after that of grant 1.0");
        check(&given, beyond, &rejected);
        let past = (OPERATOR, grant(process(2), "put:/apps until 5"));
        check(&given, past, &Then::Rejected("expiry_past: expiry 5 is past, it is 3932160004"));
    }

    #[test]
    fn an_expired_right_is_worth_nothing() {
        let mut world = World::after(&family(&["send:b delegable until 3932160004"]));
        let sends = submit(process(1), send("b"));
        let denied = Then::Ruled("deny: holds no grant of send:b");
        check_in(&world, &sends, &denied);
        world.ctx.time.0 -= 1;
        check_in(&world, &sends, &Then::Happens("ipc.sent"));
    }

    #[test]
    fn a_right_is_handed_on_16_times() {
        let mut world = World::after(&[(OPERATOR, spawn("p1", &["put:/ delegable"]))]);
        for number in 2..=17 {
            world.accept(&(OPERATOR, spawn(&format!("p{number}"), &[])));
        }
        for number in 1..=15 {
            world.accept(&(process(number), grant(process(number + 1), "put:/ delegable")));
        }
        let rejected = Then::Rejected("limit: limit of derivation depth of a grant reached: 16");
        check_in(&world, &submit(process(16), grant(process(17), "put:/")), &rejected);
    }

    #[test]
    fn a_holder_has_256_grants_and_exists() {
        let mut world = World::after(&family(&[]));
        for _ in 0..GRANTS_PER_HOLDER_MAX {
            world.accept(&(OPERATOR, grant(process(1), "send:b")));
        }
        let rejected = Then::Rejected("limit: limit of grants of a holder reached: 256");
        check_in(&world, &submit(OPERATOR, grant(process(1), "send:b")), &rejected);
        for holder in [process(9), operator(2), node(1), KERNEL, STRANGER] {
            let rejected = format!("no_such_holder: no holder {holder}");
            check_in(
                &world,
                &submit(OPERATOR, grant(holder, "send:b")),
                &Then::Rejected(&rejected),
            );
        }
    }

    #[test]
    fn a_grant_is_taken_back_by_whom_it_comes_from() {
        let given =
            [family(&["send:* delegable"]), vec![(process(1), grant(process(2), "send:c"))]]
                .concat();
        let revoked = || Then::Happens("capability.revoked");
        check(&given, (process(1), revoke(4, 0)), &revoked());
        check(&given, (OPERATOR, revoke(4, 0)), &revoked());
        check(&given, (OPERATOR, revoke(1, 0)), &revoked());
        let not_theirs = "deny: grant 4.0 does not descend from one of the actor's";
        check(&given, (process(2), revoke(4, 0)), &Then::Ruled(not_theirs));
        check(&given, (process(3), revoke(4, 0)), &Then::Ruled(not_theirs));
        let unknown = "deny: grant 9.0 does not descend from one of the actor's";
        check(&given, (process(1), revoke(9, 0)), &Then::Ruled(unknown));
        check(&given, (OPERATOR, revoke(9, 0)), &Then::Rejected("no_such_grant: no grant 9.0"));
    }

    #[test]
    fn the_root_of_all_rights_stays() {
        let root = "root_grant: grant 0.0 is the root of all rights and cannot be revoked";
        check(&[], (OPERATOR, revoke(0, 0)), &Then::Rejected(root));
    }

    #[test]
    fn what_is_taken_back_takes_everything_derived_along() {
        let given =
            [family(&["send:* delegable"]), vec![(process(1), grant(process(2), "send:c"))]]
                .concat();
        let sends = (process(2), send("c"));
        check(&given, sends.clone(), &Then::Happens("ipc.sent"));
        let denied = || Then::Ruled("deny: holds no grant of send:c");
        check(&[given.clone(), vec![(OPERATOR, revoke(1, 0))]].concat(), sends.clone(), &denied());
        let granter_gone = vec![(KERNEL, exited(1, 1, Outcome::Code(0)))];
        check(&[given, granter_gone].concat(), sends, &denied());
    }
}

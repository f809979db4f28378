//! Handing a right on: which grant of the actor it comes from, and that it stays within it.

use weft_projections::{
    GrantId, Scope, Time, events::Grant, limits::DERIVATION_DEPTH_MAX, state::Held,
};

use crate::{
    Limited, Rejection,
    chain::{self, Line},
    deciders::dispatch::Case,
    requests::{capability, process::GrantRequest},
};

/// A right that an actor wants to hand on.
pub(super) struct Right<'a> {
    scope: &'a Scope,
    delegable: bool,
    expires: Option<Time>,
}

impl<'a> From<&'a GrantRequest> for Right<'a> {
    fn from(request: &'a GrantRequest) -> Self {
        let GrantRequest { scope, delegable, expires } = request;
        Right { scope, delegable: *delegable, expires: *expires }
    }
}

impl<'a> From<&'a capability::Grant> for Right<'a> {
    fn from(request: &'a capability::Grant) -> Self {
        let capability::Grant { holder: _, scope, delegable, expires } = request;
        Right { scope, delegable: *delegable, expires: *expires }
    }
}

/// Why one grant does not serve. Of all that do not, the one that came closest is reported.
struct Obstacle {
    rank: u8,
    rejection: Rejection,
}

/// Derives the right from the actor's first grant that serves. The result is never more than what it
/// comes from, in scope and in time.
pub(super) fn derive(case: &Case<'_>, right: &Right<'_>) -> Result<Grant, Rejection> {
    let now = case.ctx.time;
    if let Some(expires) = right.expires.filter(|expires| *expires <= now) {
        return Err(Rejection::ExpiryPast { expires, now });
    }
    let actor = case.actor;
    let mut closest = Obstacle {
        rank: 0,
        rejection: Rejection::GrantNotHeld { actor, scope: right.scope.clone() },
    };
    for grant in case.state.capabilities.held_by(actor) {
        match derive_from(case, right, grant) {
            Ok(derived) => return Ok(derived),
            Err(Some(obstacle)) if obstacle.rank > closest.rank => closest = obstacle,
            Err(_) => {}
        }
    }
    Err(closest.rejection)
}

/// Derives the right from one grant, or says what is in the way; nothing for a grant of other things.
fn derive_from(
    case: &Case<'_>,
    right: &Right<'_>,
    (grant, held): (GrantId, &Held),
) -> Result<Grant, Option<Obstacle>> {
    let line = Line::of(case.state, grant);
    if !line.covers(right.scope) {
        let exceeds = || obstacle(1, Rejection::ExceedsGrant { scope: right.scope.clone(), grant });
        return Err(right.scope.covers(&held.grant.scope).then(exceeds));
    }
    if line.expires().is_some_and(|expires| expires <= case.ctx.time) {
        return Err(Some(obstacle(2, Rejection::GrantExpired { grant })));
    }
    if !line.delegable() {
        return Err(Some(obstacle(3, Rejection::NotDelegable { grant })));
    }
    Limited::DerivationDepth
        .check(usize::from(held.depth) + 1, usize::from(DERIVATION_DEPTH_MAX))
        .map_err(|rejection| Some(obstacle(4, rejection)))?;
    let expires = chain::earliest(line.expires(), right.expires);
    if right.expires.is_some() && right.expires != expires {
        let expires = right.expires.unwrap_or_default();
        return Err(Some(obstacle(5, Rejection::OutlivesGrant { expires, grant })));
    }
    Ok(Grant {
        scope: right.scope.clone(),
        parent: Some(grant),
        expires,
        delegable: right.delegable,
    })
}

fn obstacle(rank: u8, rejection: Rejection) -> Obstacle {
    Obstacle { rank, rejection }
}

#[cfg(test)]
mod tests {
    use weft_projections::{Digest, GrantId, events::Event};

    use crate::{
        PayloadInfo, Rejection, Submission, decide,
        testing::{OPERATOR, World, grant, process, spawn, submit},
    };

    /// What the decider alone says to process 1, which holds these rights, handing on this one.
    fn decided(rights: &[&str], right: &str) -> Result<Vec<Event>, Rejection> {
        let world = World::after(&[(OPERATOR, spawn("a", rights)), (OPERATOR, spawn("b", &[]))]);
        decide(&world.state, &world.ctx, &submit(process(1), grant(process(2), right)))
    }

    #[test]
    fn without_the_gate_a_right_that_is_not_held_stays_put() {
        let rejected = |rights: &[&str], right: &str, message: &str| {
            assert_eq!(decided(rights, right).unwrap_err().to_string(), message);
        };
        rejected(&[], "put:/apps", "process:1 holds no grant of put:/apps");
        rejected(&["send:b delegable"], "put:/apps", "process:1 holds no grant of put:/apps");
        rejected(&["put:/apps/x delegable"], "put:/apps", "put:/apps exceeds grant 1.0");
        rejected(&["put:/ delegable until 3932160002"], "put:/apps", "grant 1.0 has expired");
    }

    #[test]
    fn the_grant_that_came_closest_is_named() {
        let rights = ["send:b", "put:/apps/x", "put:/ until 3932160002", "put:/apps"];
        let closest =
            Rejection::NotDelegable { grant: GrantId { seq: weft_projections::Seq(1), index: 3 } };
        assert_eq!(decided(&rights, "put:/apps"), Err(closest));
    }

    #[test]
    fn without_an_expiry_a_right_takes_that_of_what_it_comes_from() {
        let events = decided(&["put:/ delegable until 9999999999"], "put:/apps").unwrap();
        let [Event::CapabilityGranted(event)] = events.as_slice() else { panic!("{events:?}") };
        assert_eq!(event.grant.expires.map(|time| time.0), Some(9_999_999_999));
    }

    #[test]
    fn a_grant_takes_no_payload() {
        let world = World::new();
        let payload = Some(PayloadInfo { commit: Digest([9; 32]), len: 5 });
        let submission = Submission { payload, ..submit(OPERATOR, grant(OPERATOR, "send:a")) };
        let message = "capability.grant takes no payload here, 5 bytes came with it";
        let rejection = decide(&world.state, &world.ctx, &submission).unwrap_err();
        assert_eq!(rejection.to_string(), message);
    }
}

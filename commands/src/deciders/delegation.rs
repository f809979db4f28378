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

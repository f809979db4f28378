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

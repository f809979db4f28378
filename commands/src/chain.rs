//! The line from a grant up to the one it all comes from.

use weft_projections::{Actor, GrantId, Scope, State, Time, state::Held};

/// A grant together with everything it comes from.
#[derive(Clone, Copy)]
pub(crate) struct Line<'a> {
    state: &'a State,
    grant: GrantId,
}

impl<'a> Line<'a> {
    /// The line of a live grant.
    pub(crate) fn of(state: &'a State, grant: GrantId) -> Line<'a> {
        Line { state, grant }
    }

    /// Whether the grant and everything it comes from cover a right.
    pub(crate) fn covers(self, wanted: &Scope) -> bool {
        self.held().all(|held| held.grant.scope.covers(wanted))
    }

    /// Whether the grant and everything it comes from may be handed on.
    pub(crate) fn delegable(self) -> bool {
        self.held().all(|held| held.grant.delegable)
    }

    /// The earliest expiry along the line.
    pub(crate) fn expires(self) -> Option<Time> {
        self.held().map(|held| held.grant.expires).fold(None, earliest)
    }

    fn held(self) -> impl Iterator<Item = &'a Held> {
        self.state.capabilities.chain(self.grant).map(|(_, held)| held)
    }
}

/// The nearest grant that this one comes from and that the actor holds.
pub(crate) fn ancestor_of(state: &State, grant: GrantId, actor: Actor) -> Option<GrantId> {
    let mut ancestors = state.capabilities.chain(grant).skip(1);
    ancestors.find(|(_, held)| held.holder == actor).map(|(grant, _)| grant)
}

/// The earlier of two expiries; none is never.
pub(crate) fn earliest(one: Option<Time>, other: Option<Time>) -> Option<Time> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

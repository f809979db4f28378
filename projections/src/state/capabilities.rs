//! Who may do what: the derivation tree of grants.

use imbl::{OrdMap, OrdSet};
use std::sync::Arc;

use crate::events::Grant;
use crate::limits::{DERIVATION_DEPTH_MAX, GRANTS_PER_HOLDER_MAX};
use crate::{Actor, GrantId, Scope, Seq, Time};

/// A grant that someone holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Who holds it.
    pub holder: Actor,
    /// The right, and the grant it derives from.
    pub grant: Grant,
    /// How many grants it derives from, one after another; at most `DERIVATION_DEPTH_MAX`.
    pub depth: u8,
}

/// Who may do what. A grant is there as long as its parent is.
#[derive(Clone, Debug, Default)]
pub struct Capabilities {
    pub(super) grants: OrdMap<GrantId, Arc<Held>>,
    /// Index: grants by holder.
    pub(super) by_holder: OrdMap<Actor, Holdings>,
    /// Index: (parent, child).
    pub(super) children: OrdSet<(GrantId, GrantId)>,
}

/// The grants of one holder, by id; each is the one in the map of all grants. The gate walks them for every command: searching that map
/// for each of them took three quarters of its time.
#[derive(Clone, Debug, Default)]
pub(super) struct Holdings {
    grants: OrdMap<GrantId, Arc<Held>>,
}

impl Holdings {
    /// The ids of the grants, ascending.
    pub(super) fn iter(&self) -> impl Iterator<Item = &GrantId> {
        self.grants.keys()
    }
}

impl Capabilities {
    /// A grant.
    #[must_use]
    pub fn get(&self, id: GrantId) -> Option<&Held> {
        self.grants.get(&id).map(Arc::as_ref)
    }

    /// All grants, by id.
    pub fn grants(&self) -> impl Iterator<Item = (GrantId, &Held)> {
        self.grants.iter().map(|(id, held)| (*id, held.as_ref()))
    }

    /// The grants of a holder, by id.
    pub fn held_by(&self, holder: Actor) -> impl Iterator<Item = (GrantId, &Held)> {
        let holdings = self.by_holder.get(&holder);
        let grants = holdings.into_iter().flat_map(|holdings| &holdings.grants);
        grants.map(|(id, held)| (*id, held.as_ref()))
    }

    /// How many grants a holder has, at most `GRANTS_PER_HOLDER_MAX`.
    #[must_use]
    pub fn held_len(&self, holder: Actor) -> usize {
        self.by_holder.get(&holder).map_or(0, |holdings| holdings.grants.len())
    }

    /// The grants that derive directly from a grant.
    pub fn derived(&self, parent: GrantId) -> impl Iterator<Item = GrantId> {
        let first = (parent, GrantId { seq: Seq(0), index: 0 });
        self.children
            .range(first..)
            .take_while(move |(other, _)| *other == parent)
            .map(|(_, child)| *child)
    }

    /// Whether a grant derives from another, directly or over others; a grant does not derive from itself.
    #[must_use]
    pub fn descends(&self, id: GrantId, ancestor: GrantId) -> bool {
        self.chain(id).skip(1).any(|(link, _)| link == ancestor)
    }

    /// A grant, the grant it derives from, and so on.
    pub fn chain(&self, id: GrantId) -> impl Iterator<Item = (GrantId, &Held)> {
        self.line(Some(id))
    }

    fn line(&self, first: Option<GrantId>) -> impl Iterator<Item = (GrantId, &Held)> {
        let find = |id: GrantId| self.get(id).map(|held| (id, held));
        std::iter::successors(first.and_then(find), move |(_, held)| {
            held.grant.parent.and_then(find)
        })
    }

    /// The first grant of the holder that allows what is wanted: it and every grant it derives from cover it and have not expired.
    #[must_use]
    pub fn effective(&self, holder: Actor, wanted: &Scope, now: Time) -> Option<GrantId> {
        self.effective_all(holder, wanted, now).next()
    }

    /// Every grant of the holder that allows what is wanted, as in [`Self::effective`].
    pub fn effective_all(
        &self,
        holder: Actor,
        wanted: &Scope,
        now: Time,
    ) -> impl Iterator<Item = GrantId> {
        let allows = move |held: &Held| {
            held.grant.scope.covers(wanted)
                && held.grant.expires.is_none_or(|expires| now < expires)
        };
        // The grant itself first: most grants of a holder are of other things, and the chain costs a search a link.
        self.held_by(holder)
            .filter(move |(_, held)| allows(held))
            .filter(move |(_, held)| self.line(held.grant.parent).all(|(_, held)| allows(held)))
            .map(|(id, _)| id)
    }

    /// Adds a grant; nothing happens if the id is taken, the parent is gone, or a limit is passed.
    pub(super) fn grant(&mut self, id: GrantId, holder: Actor, grant: &Grant) {
        let depth = match grant.parent.map(|parent| self.grants.get(&parent)) {
            None => 0,
            Some(Some(parent)) => parent.depth.saturating_add(1),
            Some(None) => return,
        };
        let fits = depth <= DERIVATION_DEPTH_MAX
            && self.held_len(holder) < GRANTS_PER_HOLDER_MAX
            && !self.grants.contains_key(&id);
        if fits {
            self.add(id, Held { holder, grant: grant.clone(), depth });
        }
    }

    /// Adds a grant, that fits, to the map of all grants and the indexes.
    pub(super) fn add(&mut self, id: GrantId, held: Held) {
        if let Some(parent) = held.grant.parent {
            self.children.insert((parent, id));
        }
        let held = Arc::new(held);
        self.by_holder.entry(held.holder).or_default().grants.insert(id, Arc::clone(&held));
        self.grants.insert(id, held);
    }

    /// Removes a grant and everything derived from it.
    pub(super) fn revoke(&mut self, id: GrantId) {
        let mut doomed = vec![id];
        while let Some(id) = doomed.pop() {
            doomed.extend(self.derived(id));
            self.remove(id);
        }
    }

    /// Removes all grants of a holder and everything derived from them.
    pub(super) fn holder_gone(&mut self, holder: Actor) {
        let ids = self.by_holder.get(&holder).into_iter().flat_map(Holdings::iter);
        for id in ids.copied().collect::<Vec<_>>() {
            self.revoke(id);
        }
    }

    fn remove(&mut self, id: GrantId) {
        let Some(held) = self.grants.remove(&id) else { return };
        if let Some(parent) = held.grant.parent {
            self.children.remove(&(parent, id));
        }
        if let Some(holdings) = self.by_holder.get_mut(&held.holder) {
            holdings.grants.remove(&id);
            if holdings.grants.is_empty() {
                self.by_holder.remove(&held.holder);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{State, evolve};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_indexed_is_what_is_held(records in prop::collection::vec(crate::testing::record(), 0..120)) {
            let mut state = State::default();
            for record in &records {
                evolve(&mut state, record);
            }
            let capabilities = &state.capabilities;
            let indexed = capabilities.by_holder.values().flat_map(|holdings| &holdings.grants);
            for (id, held) in indexed {
                prop_assert!(capabilities.grants.get(id).is_some_and(|other| Arc::ptr_eq(other, held)));
            }
        }
    }
}

//! Refusals over the budget: counted here, recorded once a minute as one number.

use std::collections::BTreeMap;
use weft_projections::Actor;

/// How many refusals of one spawn tree in one minute went unrecorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) tree: Actor,
    pub(crate) minute: u64,
    pub(crate) count: u64,
}

/// The counters that wait for their `governance.suppressed` record. They are soft: a crash forgets
/// them, since nobody was told that these refusals are on the chain.
#[derive(Debug, Default)]
pub(crate) struct Suppressed(BTreeMap<(u64, Actor), u64>);

impl Suppressed {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Counts one refusal of `tree` in `minute` (minutes since 1970).
    pub(crate) fn count(&mut self, tree: Actor, minute: u64) {
        *self.0.entry((minute, tree)).or_insert(0) += 1;
    }

    /// Takes one counter of a minute before `minute`.
    pub(crate) fn take_before(&mut self, minute: u64) -> Option<Count> {
        let (&(first, tree), &count) = self.0.first_key_value()?;
        if first >= minute {
            return None;
        }
        self.0.remove(&(first, tree));
        Some(Count { tree, minute: first, count })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_is_reported_once_it_is_over() {
        let mut suppressed = Suppressed::default();
        suppressed.count(Actor::Unauthenticated, 5);
        suppressed.count(Actor::Unauthenticated, 5);
        assert_eq!(suppressed.take_before(5), None);
        let expected = Count { tree: Actor::Unauthenticated, minute: 5, count: 2 };
        assert_eq!(suppressed.take_before(6), Some(expected));
        assert_eq!(suppressed.take_before(6), None);
    }
}

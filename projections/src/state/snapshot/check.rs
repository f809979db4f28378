//! Rules that every stored list keeps.

use super::Error;

/// Holds a part of State to a rule.
pub(super) fn ensure(holds: bool, what: &'static str, rule: &'static str) -> Result<(), Error> {
    if holds { Ok(()) } else { Err(Error::impossible(what, rule)) }
}

/// Holds a list to its limit.
pub(super) fn limited(what: &'static str, len: usize, len_max: usize) -> Result<(), Error> {
    if len <= len_max {
        return Ok(());
    }
    Err(Error::impossible(what, format!("{len} are more than {len_max}")))
}

/// Holds the keys of a list to ascending order, and with it to being there once.
pub(super) struct Ascending<K> {
    what: &'static str,
    last: Option<K>,
}

impl<K: Ord + Clone> Ascending<K> {
    pub(super) const fn new(what: &'static str) -> Self {
        Self { what, last: None }
    }

    pub(super) fn next(&mut self, key: &K) -> Result<(), Error> {
        ensure(self.last.as_ref() < Some(key), self.what, "not in ascending order")?;
        self.last = Some(key.clone());
        Ok(())
    }
}

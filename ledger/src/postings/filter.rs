//! What is looked for.

use std::ops::{Range, RangeInclusive};

use crate::record::{Header, Verdict};

/// What records must have. Within a field any value will do, and every field must hold; an empty
/// list of values asks for nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// Kinds of command.
    pub kinds: Vec<u16>,
    /// Who asked.
    pub actors: Vec<u64>,
    /// What the gate ruled.
    pub verdicts: Vec<Verdict>,
    /// Times as in headers: hybrid clock.
    pub times: RangeInclusive<u64>,
    /// Positions.
    pub seqs: Range<u64>,
}

/// Which end of the log comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The oldest record first.
    Ascending,
    /// The newest record first.
    Descending,
}

impl Default for Filter {
    /// Every record.
    fn default() -> Filter {
        let (kinds, actors, verdicts) = Default::default();
        Filter { kinds, actors, verdicts, times: 0..=u64::MAX, seqs: 0..u64::MAX }
    }
}

impl Filter {
    /// Whether a record is one that is looked for.
    #[must_use]
    pub fn matches(&self, header: &Header) -> bool {
        fn one_of<T: PartialEq>(wanted: &[T], found: &T) -> bool {
            wanted.is_empty() || wanted.contains(found)
        }
        one_of(&self.kinds, &header.kind)
            && one_of(&self.actors, &header.actor)
            && one_of(&self.verdicts, &header.verdict)
            && self.times.contains(&header.time)
            && self.seqs.contains(&header.seq)
    }
}

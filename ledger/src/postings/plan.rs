//! What a filter means for the postings: which terms, and which part of the log.

use std::ops::{Range, RangeInclusive};

use crate::postings::block::{block_of, first_of, verdict_term};
use crate::postings::error::Result;
use crate::postings::filter::Filter;
use crate::postings::key::{Dimension, Key};
use crate::postings::store::Store;
use crate::postings::times::Times;

/// Terms under each dimension that is asked for, and positions between which to look.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) wanted: Vec<(Dimension, Vec<u64>)>,
    pub(super) seqs: Range<u64>,
}

impl Plan {
    pub(super) fn new(store: &Store, size: u64, filter: &Filter) -> Result<Plan> {
        let kinds = filter.kinds.iter().map(|kind| u64::from(*kind)).collect();
        // Permit is not listed; where it will do, verdicts are left to the caller.
        let verdicts = filter.verdicts.iter().map(|verdict| verdict_term(*verdict));
        let verdicts = verdicts.collect::<Option<_>>().unwrap_or_default();
        let mut wanted = vec![
            (Dimension::Kind, kinds),
            (Dimension::Actor, filter.actors.clone()),
            (Dimension::Verdict, verdicts),
        ];
        wanted.retain(|(_, terms)| !terms.is_empty());
        let times = narrow(store, size, &filter.times)?;
        let seqs = filter.seqs.start.max(times.start)..filter.seqs.end.min(times.end);
        Ok(Plan { wanted, seqs })
    }

    /// The numbers of the blocks to look at.
    pub(super) fn blocks(&self) -> Range<u64> {
        if self.seqs.is_empty() {
            return 0..0;
        }
        block_of(self.seqs.start)..block_of(self.seqs.end - 1) + 1
    }
}

/// Positions between which records may have a time in the range; a few of them have not.
fn narrow(store: &Store, size: u64, times: &RangeInclusive<u64>) -> Result<Range<u64>> {
    if *times.start() == 0 && *times.end() == u64::MAX {
        return Ok(0..size);
    }
    let blocks = block_of(size);
    let first = partition(blocks, |block| Ok(times_of(store, block)?.last() < *times.start()))?;
    let end = partition(blocks, |block| Ok(times_of(store, block)?.first() <= *times.end()))?;
    if first >= end {
        return Ok(0..0);
    }
    let (from, _) = times_of(store, first)?.narrow(times);
    let (_, to) = times_of(store, end - 1)?.narrow(times);
    Ok(first_of(first) + from..first_of(end - 1) + to)
}

fn times_of(store: &Store, block: u64) -> Result<Times> {
    let key = Key::Times { block };
    let value = store.read(key)?;
    Times::decode(value.body()).ok_or_else(|| store.bad(key))
}

/// How many blocks, from the first on, hold: those that do come first.
fn partition(blocks: u64, mut holds: impl FnMut(u64) -> Result<bool>) -> Result<u64> {
    let (mut low, mut high) = (0, blocks);
    while low < high {
        let at = u64::midpoint(low, high);
        if holds(at)? { low = at + 1 } else { high = at }
    }
    Ok(low)
}

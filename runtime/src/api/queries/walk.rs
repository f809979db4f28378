//! Going through the records that may fit a filter: by the postings as far as they go, and by reading
//! from there on.

use super::{Error, Filter, Sight};
use std::ops::{ControlFlow, Range};
use weft_ledger::Entry;
use weft_ledger::postings::{self, Direction};
use weft_ledger::storage::Storage;

/// Candidates that are read at a time.
const CANDIDATES_A_TIME: usize = 32;

/// Records that are read in a row instead of one by one, if so many of them are candidates.
const DENSE: u64 = 8 * CANDIDATES_A_TIME as u64;

/// What reading a record alone costs beside reading it in a row.
const LONE_COST: u64 = 16;

/// What is done with a record: how much reading it took is measured in records that are read in a row.
type Visit<'v> = dyn FnMut(&Entry<'static>, u64) -> Result<ControlFlow<()>, Error> + 'v;

/// Shows `visit` every record of `seqs` in sight that fits, and perhaps others, in order, until it has
/// seen enough.
///
/// # Errors
/// [`Error::Unread`] when the log cannot be read, and what `visit` says.
pub(super) fn walk<S: Storage>(
    sight: &Sight<'_, S>,
    filter: &Filter,
    seqs: Range<u64>,
    direction: Direction,
    visit: &mut Visit<'_>,
) -> Result<(), Error> {
    let end = seqs.end.min(sight.head.0.saturating_add(1));
    let start = seqs.start.min(end);
    let indexed = sight.postings.and_then(|postings| {
        let known = postings.mark().map_or(0, |mark| mark.size).clamp(start, end);
        let candidates = postings.candidates(&filter.indexed(start..known)?, direction, u64::MAX);
        // Postings that are damaged are made again; this query reads.
        Some((known, candidates.ok()?))
    });
    let mut walker = Walker { sight, visit };
    let Some((known, candidates)) = indexed else {
        return walker.read(start..end, direction).map(drop);
    };
    match direction {
        Direction::Ascending => {
            if walker.find(candidates, start..known, direction)?.is_continue() {
                return walker.read(known..end, direction).map(drop);
            }
        }
        Direction::Descending => {
            if walker.read(known..end, direction)?.is_continue() {
                return walker.find(candidates, start..known, direction).map(drop);
            }
        }
    }
    Ok(())
}

struct Walker<'w, 'v, S: Storage> {
    sight: &'w Sight<'w, S>,
    visit: &'w mut Visit<'v>,
}

impl<S: Storage> Walker<'_, '_, S> {
    /// Every record of a range.
    fn read(&mut self, seqs: Range<u64>, direction: Direction) -> Result<ControlFlow<()>, Error> {
        let reader = self.sight.reader;
        match direction {
            Direction::Ascending => self.show(reader.range(seqs), 1),
            Direction::Descending => self.show(reader.range_back(seqs), 1),
        }
    }

    /// The candidates of a range. Where the postings turn out to be damaged the rest is read.
    fn find(
        &mut self,
        mut candidates: postings::Candidates,
        seqs: Range<u64>,
        direction: Direction,
    ) -> Result<ControlFlow<()>, Error> {
        let mut left = seqs;
        loop {
            let found: Result<Vec<u64>, _> = candidates.by_ref().take(CANDIDATES_A_TIME).collect();
            let Ok(found) = found else { return self.read(left, direction) };
            let (Some(first), Some(last)) = (found.first(), found.last()) else {
                return Ok(ControlFlow::Continue(()));
            };
            left = match direction {
                Direction::Ascending => last + 1..left.end,
                Direction::Descending => left.start..*last,
            };
            let span = first.abs_diff(*last) + 1;
            let flow = if found.len() == CANDIDATES_A_TIME && span <= DENSE {
                self.read(*first.min(last)..first.max(last) + 1, direction)?
            } else {
                let lone = found.iter().filter_map(|seq| self.sight.reader.read(*seq).transpose());
                self.show(lone, LONE_COST)?
            };
            if flow.is_break() {
                return Ok(flow);
            }
        }
    }

    fn show(
        &mut self,
        entries: impl Iterator<Item = weft_ledger::Result<Entry<'static>>>,
        cost: u64,
    ) -> Result<ControlFlow<()>, Error> {
        for entry in entries {
            if (self.visit)(&entry?, cost)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}

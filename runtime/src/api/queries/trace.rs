//! Following causes, back to the root and forward to whatever a record led to.

use super::{Error, Sight};
use crate::api::json::{Cut, Descendant, Record, Trace};
use std::collections::{BTreeMap, BTreeSet};
use weft_ledger::storage::Storage;
use weft_ledger::{Entry, postings};
use weft_projections::{Actor, Seq};

/// Steps forward that are taken unless told otherwise.
pub const TRACE_DEPTH_DEFAULT: u32 = 16;

/// Most steps forward.
pub const TRACE_DEPTH_MAX: u32 = 64;

/// Most causes that are shown, the nearest ones.
pub const TRACE_CAUSES_MAX: usize = 256;

/// Most records that one record led to and that are shown, the oldest ones.
pub const TRACE_CHILDREN_MAX: usize = 64;

/// Most records that a record led to, at any depth, the oldest ones.
pub const TRACE_RECORDS_MAX: usize = 256;

/// Bytes of frames after which nothing more is shown.
const TRACE_FRAME_BYTES_MAX: u64 = 2 << 20;

/// What is to be traced.
#[derive(Debug, Clone, Copy)]
pub struct Wish {
    /// The record.
    pub seq: Seq,
    /// Steps forward, at most [`TRACE_DEPTH_MAX`].
    pub depth: u32,
    /// The only actor whose records may be seen.
    pub only: Option<Actor>,
}

/// What led to a record, and what it led to. The postings know the latter; what they do not know yet,
/// and everything without them, is found by reading on from the record.
///
/// # Errors
/// [`Error::NotFound`] when there is no such record in sight, [`Error::Unread`] when the log cannot be
/// read or holds a record of a later version.
pub fn trace<S: Storage>(sight: &Sight<'_, S>, wish: Wish) -> Result<Trace, Error> {
    let Wish { seq, depth, only } = wish;
    let missing = || Error::NotFound { what: format!("record {seq}") };
    let first = Some(sight.entry(seq)?).filter(|entry| sees(only, entry)).ok_or_else(missing)?;
    let mut shown = Shown { bytes: 0, cut: BTreeSet::new() };
    let record = shown.record(&first)?;
    let mut causes = Vec::new();
    let mut next = first.header.cause;
    while let Some(at) = next {
        if causes.len() == TRACE_CAUSES_MAX {
            shown.cut.insert(Cut::Causes);
            break;
        }
        let entry = sight.entry(Seq(at))?;
        if !sees(only, &entry) {
            shown.cut.insert(Cut::Hidden);
            break;
        }
        if shown.is_full() {
            break;
        }
        next = entry.header.cause;
        causes.push(shown.record(&entry)?);
    }
    causes.reverse();
    let mut growth = Growth::new(seq, depth.min(TRACE_DEPTH_MAX));
    grow(sight, only, &mut growth)?;
    shown.cut.append(&mut growth.cut);
    let mut children = Vec::with_capacity(growth.found.len());
    for (seq, depth) in growth.found {
        if shown.is_full() {
            break;
        }
        children.push(Descendant { depth, record: shown.record(&sight.entry(seq)?)? });
    }
    Ok(Trace { record, causes, children, cut: shown.cut.into_iter().collect() })
}

fn sees(only: Option<Actor>, entry: &Entry<'_>) -> bool {
    only.is_none_or(|actor| actor.to_u64() == entry.header.actor)
}

/// What goes into the answer, as far as there is room.
struct Shown {
    bytes: u64,
    cut: BTreeSet<Cut>,
}

impl Shown {
    fn is_full(&mut self) -> bool {
        let is_full = self.bytes >= TRACE_FRAME_BYTES_MAX;
        if is_full {
            self.cut.insert(Cut::Bytes);
        }
        is_full
    }

    fn record(&mut self, entry: &Entry<'_>) -> Result<Record, Error> {
        self.bytes += entry.frame_bytes();
        Ok(Record::new(entry, &crate::view(entry)?))
    }
}

/// What a record led to, as it is found: in the order of positions, so that the same is left out
/// however it is found.
struct Growth {
    depth_max: u32,
    parents: BTreeMap<u64, Parent>,
    found: Vec<(Seq, u32)>,
    cut: BTreeSet<Cut>,
}

struct Parent {
    depth: u32,
    children: usize,
}

/// What became of a record that was offered.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Offer {
    Taken,
    Passed,
    /// No more are taken.
    Full,
}

impl Growth {
    fn new(seq: Seq, depth_max: u32) -> Growth {
        let parents = BTreeMap::from([(seq.0, Parent { depth: 0, children: 0 })]);
        Growth { depth_max, parents, found: Vec::new(), cut: BTreeSet::new() }
    }

    fn first(&self) -> u64 {
        self.parents.first_key_value().map_or(0, |(first, _)| *first)
    }

    /// Whether a record with that cause is one of them.
    fn concerns(&self, cause: u64) -> bool {
        self.parents.contains_key(&cause)
    }

    /// Takes a record if it is one of them; positions only grow.
    fn offer(&mut self, seq: u64, cause: u64) -> Offer {
        let Some(parent) = self.parents.get_mut(&cause) else { return Offer::Passed };
        let cut = if parent.depth == self.depth_max {
            Cut::Depth
        } else if parent.children == TRACE_CHILDREN_MAX {
            Cut::Children
        } else if self.found.len() == TRACE_RECORDS_MAX {
            Cut::Records
        } else {
            parent.children += 1;
            let depth = parent.depth + 1;
            self.parents.insert(seq, Parent { depth, children: 0 });
            self.found.push((Seq(seq), depth));
            return Offer::Taken;
        };
        self.cut.insert(cut);
        if cut == Cut::Records { Offer::Full } else { Offer::Passed }
    }
}

fn grow<S: Storage>(
    sight: &Sight<'_, S>,
    only: Option<Actor>,
    growth: &mut Growth,
) -> Result<(), Error> {
    let end = sight.head.0.saturating_add(1);
    let mut from = growth.first();
    if let Some(postings) = sight.postings {
        let known = postings.mark().map_or(0, |mark| mark.size).min(end);
        let mut found = Growth::new(Seq(from), growth.depth_max);
        match find(sight, only, postings, known, &mut found)? {
            Some(Offer::Full) => {
                *growth = found;
                return Ok(());
            }
            Some(Offer::Taken | Offer::Passed) => {
                *growth = found;
                from = known.max(from);
            }
            // They turned out to be damaged: everything is read.
            None => {}
        }
    }
    for read in sight.reader.headers(from..end) {
        let (header, _) = read?;
        let Some(cause) = header.cause.filter(|cause| growth.concerns(*cause)) else { continue };
        let is_seen = only.is_none_or(|actor| actor.to_u64() == header.actor);
        if is_seen && growth.offer(header.seq, cause) == Offer::Full {
            break;
        }
    }
    Ok(())
}

/// The same below `known`, by the postings; `None` if they are damaged.
fn find<S: Storage>(
    sight: &Sight<'_, S>,
    only: Option<Actor>,
    postings: &postings::Reader,
    known: u64,
    growth: &mut Growth,
) -> Result<Option<Offer>, Error> {
    let mut waiting = BTreeSet::new();
    let mut parent = growth.first();
    loop {
        // An agent's own are among others', so the first ones are not enough.
        let limit = if only.is_some() { usize::MAX } else { TRACE_CHILDREN_MAX + 1 };
        let Ok(children) = postings.children(parent, limit) else { return Ok(None) };
        waiting.extend(children.into_iter().filter(|seq| *seq < known).map(|seq| (seq, parent)));
        parent = loop {
            let Some((seq, cause)) = waiting.pop_first() else { return Ok(Some(Offer::Passed)) };
            let is_seen = only.is_none() || sees(only, &sight.entry(Seq(seq))?);
            match if is_seen { growth.offer(seq, cause) } else { Offer::Passed } {
                Offer::Taken => break seq,
                Offer::Passed => {}
                Offer::Full => return Ok(Some(Offer::Full)),
            }
        };
    }
}

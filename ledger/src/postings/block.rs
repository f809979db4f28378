//! The postings of one block of records.

use std::collections::BTreeMap;

use crate::postings::bits::put_offset;
use crate::postings::key::Dimension;
use crate::postings::table;
use crate::record::{Header, Verdict};

/// Records of a block.
pub const BLOCK_RECORDS: usize = 4_096;

/// What the postings take from a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Posting {
    /// Position.
    pub seq: u64,
    /// Hybrid clock.
    pub time: u64,
    /// Number of the command's kind.
    pub kind: u16,
    /// Who asked.
    pub actor: u64,
    /// What the gate ruled.
    pub verdict: Verdict,
    /// Position of the record that led to this one.
    pub cause: Option<u64>,
}

impl From<&Header> for Posting {
    fn from(header: &Header) -> Posting {
        let Header { seq, time, kind, actor, verdict, cause, .. } = *header;
        Posting { seq, time, kind, actor, verdict, cause }
    }
}

impl Posting {
    /// Under which term the record is listed.
    pub(super) fn term(&self, dimension: Dimension) -> Option<u64> {
        match dimension {
            Dimension::Kind => Some(u64::from(self.kind)),
            Dimension::Actor => Some(self.actor),
            Dimension::Verdict => verdict_term(self.verdict),
            Dimension::Cause => self.cause,
        }
    }
}

/// Permit, which nearly every record has, is not listed.
pub(super) fn verdict_term(verdict: Verdict) -> Option<u64> {
    (verdict != Verdict::Permit).then(|| u64::from(verdict.as_u8()))
}

/// The number of the block that a record is in.
pub(super) fn block_of(seq: u64) -> u64 {
    seq / BLOCK_RECORDS as u64
}

/// Position of a block's first record.
pub(super) fn first_of(block: u64) -> u64 {
    block.saturating_mul(BLOCK_RECORDS as u64)
}

/// The table of a block's terms, with the offsets of the records that have each.
pub(super) fn terms(block: &[Posting], dimension: Dimension) -> Vec<u8> {
    let mut lists: BTreeMap<u64, (Vec<u8>, Option<u64>)> = BTreeMap::new();
    for (offset, posting) in (0..).zip(block) {
        let Some(term) = posting.term(dimension) else { continue };
        let (list, previous) = lists.entry(term).or_default();
        put_offset(list, *previous, offset);
        *previous = Some(offset);
    }
    let mut table = table::Builder::default();
    lists.iter().for_each(|(term, (list, _))| table.push(*term, list));
    table.finish()
}

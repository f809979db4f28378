//! Going through the blocks that may have what is looked for.

use std::ops::Range;

use crate::postings::bits::Bits;
use crate::postings::block::first_of;
use crate::postings::error::Result;
use crate::postings::filter::Direction;
use crate::postings::group::{GROUP_BLOCKS, group_of};
use crate::postings::plan::Plan;
use crate::postings::reader::Reader;

/// Positions of records that may match a filter, in the order that was asked for. After an error
/// there are no more.
#[derive(Debug)]
pub struct Candidates {
    reader: Reader,
    size: u64,
    plan: Plan,
    direction: Direction,
    left: u64,
    /// Blocks that were not looked at yet.
    blocks: Range<u64>,
    /// The group that was looked at last, and which of its blocks may have a match.
    group: Option<(u64, u64)>,
    /// What the block that was looked at last still has.
    found: std::vec::IntoIter<u64>,
}

impl Candidates {
    pub(super) fn new(
        reader: Reader,
        size: u64,
        plan: Plan,
        direction: Direction,
        left: u64,
    ) -> Candidates {
        let blocks = plan.blocks();
        let found = Vec::new().into_iter();
        Candidates { reader, size, plan, direction, left, blocks, group: None, found }
    }

    /// The candidates of a block.
    fn look_at(&mut self, block: u64) -> Result<Vec<u64>> {
        if !self.may_have(block)? {
            return Ok(Vec::new());
        }
        let mut bits = Bits::ALL;
        for (dimension, terms) in &self.plan.wanted {
            bits.keep(&self.reader.records_with(block, *dimension, terms)?);
        }
        let first = first_of(block);
        let Range { start, end } = self.plan.seqs;
        bits.keep_range(start.saturating_sub(first), end.saturating_sub(first));
        let mut seqs: Vec<u64> = bits.offsets().map(|offset| first + offset).collect();
        if self.direction == Direction::Descending {
            seqs.reverse();
        }
        Ok(seqs)
    }

    /// Whether a block can have records with a term of every dimension.
    fn may_have(&mut self, block: u64) -> Result<bool> {
        let group = group_of(block);
        let blocks = match self.group {
            Some((known, blocks)) if known == group => blocks,
            Some(_) | None => {
                let mut blocks = u64::MAX;
                for (dimension, terms) in &self.plan.wanted {
                    blocks &= self.reader.blocks_with(group, self.size, *dimension, terms)?;
                }
                self.group = Some((group, blocks));
                blocks
            }
        };
        Ok(blocks >> (block % GROUP_BLOCKS) & 1 == 1)
    }
}

impl Iterator for Candidates {
    type Item = Result<u64>;

    fn next(&mut self) -> Option<Result<u64>> {
        while self.left > 0 {
            if let Some(seq) = self.found.next() {
                self.left -= 1;
                return Some(Ok(seq));
            }
            let block = match self.direction {
                Direction::Ascending => self.blocks.next(),
                Direction::Descending => self.blocks.next_back(),
            }?;
            match self.look_at(block) {
                Ok(found) => self.found = found.into_iter(),
                Err(error) => {
                    self.left = 0;
                    return Some(Err(error));
                }
            }
        }
        None
    }
}

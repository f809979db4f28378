//! Looking up records, from any thread.

use std::sync::Arc;

use crate::mark::Mark;
use crate::postings::bits::{Bits, ones};
use crate::postings::block::{block_of, first_of};
use crate::postings::candidates::Candidates;
use crate::postings::error::Result;
use crate::postings::filter::{Direction, Filter};
use crate::postings::group::{GROUP_BLOCKS, directory_term, group_of};
use crate::postings::key::{Dimension, Key};
use crate::postings::plan::Plan;
use crate::postings::store::Store;
use crate::postings::{table, varint};

/// Finds records. Clones are cheap.
#[derive(Clone, Debug)]
pub struct Reader {
    pub(super) store: Arc<Store>,
}

impl Reader {
    /// How far the postings go; records from there on are the caller's to look at. `None` if they
    /// are empty or damage was found.
    #[must_use]
    pub fn mark(&self) -> Option<Mark> {
        self.store.mark.load_full().map(|mark| *mark)
    }

    /// Positions below [`Reader::mark`] of records that may match, at most `limit`: every record
    /// that matches is among them, and few others, so each is to be held to [`Filter::matches`].
    ///
    /// # Errors
    /// [`super::Error::Damaged`]: they are to be made again, see [`super::Writer::is_condemned`].
    pub fn candidates(
        &self,
        filter: &Filter,
        direction: Direction,
        limit: u64,
    ) -> Result<Candidates> {
        let size = self.size()?;
        let plan = Plan::new(&self.store, size, filter)?;
        Ok(Candidates::new(self.clone(), size, plan, direction, limit))
    }

    /// Positions below [`Reader::mark`] of records that a record has led to, ascending, at most
    /// `limit`.
    ///
    /// # Errors
    /// [`super::Error::Damaged`]: they are to be made again, see [`super::Writer::is_condemned`].
    pub fn children(&self, seq: u64, limit: usize) -> Result<Vec<u64>> {
        let size = self.size()?;
        let mut children = Vec::new();
        let mut group = group_of(block_of(seq));
        while group * GROUP_BLOCKS < block_of(size) && children.len() < limit {
            for at in ones(self.blocks_with(group, size, Dimension::Cause, &[seq])?) {
                let block = group * GROUP_BLOCKS + at;
                let bits = self.records_with(block, Dimension::Cause, &[seq])?;
                children.extend(bits.offsets().map(|offset| first_of(block) + offset));
            }
            group += 1;
        }
        children.truncate(limit);
        Ok(children)
    }

    fn size(&self) -> Result<u64> {
        self.store.check()?;
        Ok(self.mark().map_or(0, |mark| mark.size))
    }

    /// Which blocks of a group have any of the terms, a bit each; those of the newest group, which
    /// has no directories, may all have them.
    pub(super) fn blocks_with(
        &self,
        group: u64,
        size: u64,
        dimension: Dimension,
        terms: &[u64],
    ) -> Result<u64> {
        let blocks = block_of(size).saturating_sub(group * GROUP_BLOCKS);
        if blocks < GROUP_BLOCKS {
            return Ok((1 << blocks) - 1);
        }
        let terms: Vec<u64> = terms.iter().map(|term| directory_term(dimension, *term)).collect();
        let mut buckets: Vec<u8> = terms.iter().map(|term| dimension.bucket_of(*term)).collect();
        buckets.sort_unstable();
        buckets.dedup();
        let mut found = 0;
        for bucket in buckets {
            let key = Key::Directory { dimension, group, bucket };
            self.scan(key, &terms, |mut bytes| {
                found |= varint::take(&mut bytes)?;
                bytes.is_empty().then_some(())
            })?;
        }
        Ok(found)
    }

    /// Which records of a block have any of the terms.
    pub(super) fn records_with(
        &self,
        block: u64,
        dimension: Dimension,
        terms: &[u64],
    ) -> Result<Bits> {
        let mut bits = Bits::NONE;
        self.scan(Key::Terms { dimension, block }, terms, |list| bits.add_list(list))?;
        Ok(bits)
    }

    fn scan(
        &self,
        key: Key,
        terms: &[u64],
        mut found: impl FnMut(&[u8]) -> Option<()>,
    ) -> Result<()> {
        let value = self.store.read(key)?;
        let scanned =
            table::scan(value.body(), |term| terms.contains(&term), |_, bytes| found(bytes));
        scanned.ok_or_else(|| self.store.bad(key))
    }
}

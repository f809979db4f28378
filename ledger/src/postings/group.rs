//! The directories of a group of blocks: which terms occur in which of them.

use std::collections::BTreeMap;

use crate::postings::block::{Posting, block_of};
use crate::postings::key::{Dimension, Key};
use crate::postings::{table, varint};

/// Blocks of a group: a bit for each fits into a number.
pub const GROUP_BLOCKS: u64 = 64;

/// The number of the group that a block is in.
pub(super) fn group_of(block: u64) -> u64 {
    block / GROUP_BLOCKS
}

/// The term of a directory that stands for a term of a block: causes go by their block.
pub(super) fn directory_term(dimension: Dimension, term: u64) -> u64 {
    match dimension {
        Dimension::Kind | Dimension::Actor | Dimension::Verdict => term,
        Dimension::Cause => block_of(term),
    }
}

/// What the directories of the newest group will hold.
#[derive(Debug, Default)]
pub(super) struct Group {
    blocks_by_term: BTreeMap<(Dimension, u64), u64>,
}

impl Group {
    pub(super) fn add_block(&mut self, block: u64, postings: &[Posting]) {
        for dimension in Dimension::ALL {
            let terms = postings.iter().filter_map(|posting| posting.term(dimension));
            terms.for_each(|term| self.add(dimension, term, block));
        }
    }

    pub(super) fn add(&mut self, dimension: Dimension, term: u64, block: u64) {
        let term = directory_term(dimension, term);
        let blocks = self.blocks_by_term.entry((dimension, term)).or_default();
        *blocks |= 1 << (block % GROUP_BLOCKS);
    }

    /// The directories of a full group, and the next group begins.
    pub(super) fn finish(&mut self, group: u64) -> Vec<(Key, Vec<u8>)> {
        let mut values = Vec::new();
        for dimension in Dimension::ALL {
            let mut buckets: Vec<table::Builder> = Vec::new();
            buckets.resize_with(usize::from(dimension.buckets()), table::Builder::default);
            let terms = (dimension, 0)..=(dimension, u64::MAX);
            for ((_, term), blocks) in self.blocks_by_term.range(terms) {
                let mut bytes = Vec::new();
                varint::put(&mut bytes, *blocks);
                if let Some(bucket) = buckets.get_mut(usize::from(dimension.bucket_of(*term))) {
                    bucket.push(*term, &bytes);
                }
            }
            values.extend((0..).zip(buckets).map(|(bucket, table)| {
                (Key::Directory { dimension, group, bucket }, table.finish())
            }));
        }
        self.blocks_by_term.clear();
        values
    }
}

//! Making one run of several, a part at a time.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::sync::Arc;

use crate::ids::build::{Builder, Entry};
use crate::ids::error::Result;
use crate::ids::layout::{BLOCK_BYTES, ENTRY_BYTES};
use crate::ids::run::Run;
use crate::storage::Storage;

/// A merge under way: one block of each run and the gathered blocks of the new one are in memory,
/// whatever their size.
pub(super) struct Merging<S: Storage> {
    /// The runs that are merged, oldest first.
    pub(super) sources: Vec<Arc<Run<S>>>,
    cursors: Vec<Cursor>,
    /// The next entry of each run that has one, and which run.
    heads: BinaryHeap<Reverse<(Entry, usize)>>,
    builder: Builder<S>,
}

/// How far one run has been read.
#[derive(Default)]
struct Cursor {
    next_block: u64,
    bytes: Vec<u8>,
    at: usize,
}

impl Cursor {
    fn next<S: Storage>(&mut self, run: &Run<S>) -> Result<Option<Entry>> {
        if self.at == self.bytes.len() {
            if self.next_block == run.entry_blocks() {
                return Ok(None);
            }
            let mut block = [0; BLOCK_BYTES];
            let entries = run.read_entries(self.next_block, &mut block)?;
            self.bytes.clear();
            self.bytes.extend_from_slice(entries);
            self.at = 0;
            self.next_block += 1;
        }
        let entry = self.bytes.get(self.at..).and_then(Entry::decode);
        self.at += ENTRY_BYTES;
        Ok(entry)
    }
}

impl<S: Storage> Merging<S> {
    pub(super) fn new(sources: Vec<Arc<Run<S>>>, builder: Builder<S>) -> Result<Merging<S>> {
        let mut cursors: Vec<Cursor> = sources.iter().map(|_| Cursor::default()).collect();
        let mut heads = BinaryHeap::new();
        for which in 0..sources.len() {
            let head = next(&sources, &mut cursors, which)?;
            heads.extend(head.map(|entry| Reverse((entry, which))));
        }
        Ok(Merging { sources, cursors, heads, builder })
    }

    /// Moves up to so many entries; how many there were, fewer only at the end.
    pub(super) fn step(&mut self, entries_max: u64) -> Result<u64> {
        let mut moved = 0;
        while moved < entries_max {
            let Some(mut head) = self.heads.peek_mut() else { break };
            let Reverse((entry, which)) = *head;
            self.builder.push(&entry)?;
            match next(&self.sources, &mut self.cursors, which)? {
                Some(entry) => *head = Reverse((entry, which)),
                None => drop(PeekMut::pop(head)),
            }
            moved += 1;
        }
        Ok(moved)
    }

    /// Names the new run.
    pub(super) fn finish(self) -> Result<(Vec<Arc<Run<S>>>, String)> {
        let path = self.builder.finish()?;
        Ok((self.sources, path))
    }
}

/// The next entry of a run, if it has one more.
fn next<S: Storage>(
    sources: &[Arc<Run<S>>],
    cursors: &mut [Cursor],
    which: usize,
) -> Result<Option<Entry>> {
    match (sources.get(which), cursors.get_mut(which)) {
        (Some(run), Some(cursor)) => cursor.next(run),
        (None, _) | (_, None) => Ok(None),
    }
}

impl<S: Storage> std::fmt::Debug for Merging<S> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Merging").field("runs", &self.sources.len()).finish()
    }
}

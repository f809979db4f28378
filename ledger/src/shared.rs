//! What the writer tells readers: how far the log is durable, and where records are.

use std::collections::BTreeSet;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::index::{Head, Index, IndexedSegment, Place};
use crate::scan::Segment;

#[derive(Debug)]
pub(crate) struct Shared {
    state: RwLock<State>,
}

#[derive(Debug)]
struct State {
    head: Head,
    index: Index,
    /// Positions of payloads that are redacted and not erased, or are being erased now.
    withheld: BTreeSet<u64>,
}

impl Shared {
    pub(crate) fn new(head: Head, index: Index) -> Shared {
        Shared { state: RwLock::new(State { head, index, withheld: BTreeSet::new() }) }
    }

    pub(crate) fn head(&self) -> Head {
        self.read().head
    }

    /// Where to start looking for a durable record.
    pub(crate) fn place(&self, seq: u64) -> Option<Place> {
        let state = self.read();
        (seq < state.head.size).then(|| state.index.place(seq, state.head.size)).flatten()
    }

    /// A segment was begun; it has no records yet.
    pub(crate) fn add_segment(&self, segment: &Segment) {
        self.write().index.segments.push(IndexedSegment::new(segment));
    }

    /// A batch is durable: its frames' offsets within it, its own offset in the last segment, and
    /// the head after it.
    pub(crate) fn extend(&self, offsets: &[u64], start: u64, head: Head) {
        let mut state = self.write();
        for (seq, offset) in (state.head.size..).zip(offsets) {
            state.index.add_to_last(seq, start + offset);
        }
        state.head = head;
    }

    /// A walk over a segment has found where every 256th of its records begins.
    pub(crate) fn learn(&self, first_seq: u64, offsets: Vec<u32>) {
        self.write().index.learn(first_seq, offsets);
    }

    /// The segments, with the offsets that are known.
    pub(crate) fn segments(&self) -> Vec<IndexedSegment> {
        self.read().index.segments.clone()
    }

    /// Readers hand out these payloads as erased from now on.
    pub(crate) fn withhold(&self, seqs: &[u64]) {
        self.write().withheld.extend(seqs);
    }

    /// These payloads are erased.
    pub(crate) fn release(&self, seqs: &[u64]) {
        let mut state = self.write();
        for seq in seqs {
            state.withheld.remove(seq);
        }
    }

    /// Whether a payload is handed out as erased, whatever is stored of it.
    pub(crate) fn withholds(&self, seq: u64) -> bool {
        self.read().withheld.contains(&seq)
    }

    // The state is whole at every moment a panic could poison the lock.
    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

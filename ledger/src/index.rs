//! A sparse index in memory: where every 256th record of each segment begins.
//!
//! A log that was not read from its start knows the segments before by what was kept of them
//! ([`crate::resume`]), or not at all: then somebody walks the segment once, and tells.

use std::sync::Arc;

use crate::hash::Digest;
use crate::limits::{INDEX_STRIDE, SEGMENT_HEADER_BYTES};
use crate::scan::Segment;
use crate::segment::Nonce;

/// The last durable record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// How many records there are.
    pub size: u64,
    /// The link of the last record.
    pub link: Digest,
    /// The time of the last record.
    pub time: u64,
}

/// Where records are; grows with every durable batch.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    pub(crate) segments: Vec<IndexedSegment>,
}

/// Where the records of one segment are.
#[derive(Clone, Debug)]
pub(crate) struct IndexedSegment {
    pub(crate) first_seq: u64,
    pub(crate) path: Arc<str>,
    pub(crate) nonce: Nonce,
    /// Offsets of records `first_seq`, `first_seq + 256`, …; a segment is shorter than 4 GiB. Empty
    /// where nobody has looked yet.
    offsets: Vec<u32>,
}

impl IndexedSegment {
    pub(crate) fn new(segment: &Segment) -> IndexedSegment {
        let Segment { first_seq, path, nonce, .. } = segment;
        let path = Arc::clone(path);
        IndexedSegment { first_seq: *first_seq, path, nonce: *nonce, offsets: Vec::new() }
    }

    /// The same segment, of which the offsets of every 256th record are known.
    pub(crate) fn with_offsets(self, offsets: Vec<u32>) -> IndexedSegment {
        IndexedSegment { offsets, ..self }
    }

    /// The offsets of every 256th record; empty where they are not known.
    pub(crate) fn offsets(&self) -> &[u32] {
        &self.offsets
    }

    fn add(&mut self, seq: u64, offset: u64) {
        if (seq - self.first_seq).is_multiple_of(INDEX_STRIDE) {
            self.offsets.push(u32::try_from(offset).expect("a segment is shorter than 4 GiB"));
        }
    }

    /// The indexed record at or before a position: its position and offset. Where no offsets are
    /// known that is the first of the segment.
    fn before(&self, seq: u64) -> Option<(u64, u64)> {
        if self.offsets.is_empty() && seq >= self.first_seq {
            return Some((self.first_seq, SEGMENT_HEADER_BYTES as u64));
        }
        let entry = (seq.checked_sub(self.first_seq)?) / INDEX_STRIDE;
        let offset = self.offsets.get(usize::try_from(entry).ok()?)?;
        Some((self.first_seq + entry * INDEX_STRIDE, u64::from(*offset)))
    }
}

/// A frame in a segment from which a record can be reached by going forward.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) path: Arc<str>,
    pub(crate) nonce: Nonce,
    pub(crate) seq: u64,
    pub(crate) offset: u64,
    /// Position after the segment's last record, as far as it is durable.
    pub(crate) segment_end: u64,
    /// Whether offsets of the segment are known.
    pub(crate) indexed: Indexed,
}

/// Whether a segment's offsets are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Indexed {
    /// They are.
    Yes,
    /// Who looks for a record of it walks it from its start, and tells [`Index::learn`].
    No,
}

impl Index {
    /// Adds the next record; a segment that is not there yet is added first.
    pub(crate) fn add(&mut self, segment: &Segment, seq: u64, offset: u64) {
        let known = self.segments.last().is_some_and(|last| last.first_seq == segment.first_seq);
        if !known {
            self.segments.push(IndexedSegment::new(segment));
        }
        if let Some(last) = self.segments.last_mut() {
            last.add(seq, offset);
        }
    }

    /// Adds a record to the segment that was added last.
    pub(crate) fn add_to_last(&mut self, seq: u64, offset: u64) {
        if let Some(last) = self.segments.last_mut() {
            last.add(seq, offset);
        }
    }

    /// Where to start looking for a record of a log of `size` records.
    pub(crate) fn place(&self, seq: u64, size: u64) -> Option<Place> {
        let after = self.segments.partition_point(|segment| segment.first_seq <= seq);
        let segment = self.segments.get(after.checked_sub(1)?)?;
        let segment_end = self.segments.get(after).map_or(size, |next| next.first_seq);
        let (seq, offset) = segment.before(seq)?;
        let IndexedSegment { path, nonce, offsets, .. } = segment;
        let indexed = if offsets.is_empty() { Indexed::No } else { Indexed::Yes };
        Some(Place { path: Arc::clone(path), nonce: *nonce, seq, offset, segment_end, indexed })
    }

    /// Keeps the offsets that a walk over the segment that begins with `first_seq` has found.
    pub(crate) fn learn(&mut self, first_seq: u64, offsets: Vec<u32>) {
        let segment = self.segments.iter_mut().find(|segment| segment.first_seq == first_seq);
        if let Some(segment) = segment.filter(|segment| segment.offsets.is_empty()) {
            segment.offsets = offsets;
        }
    }
}

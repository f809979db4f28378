//! What the ledger needs to know of the records it does not read.

use std::sync::Arc;

use super::places::Places;
use crate::checkpoint::LogKeys;
use crate::error::{Error, Result};
use crate::hash::Digest;
use crate::index::{Head, Index, IndexedSegment};
use crate::limits::SEGMENT_HEADER_BYTES;
use crate::reader::Reader;
use crate::scan::{BatchStart, Collector, Cursor, Layout};
use crate::shared::Shared;
use crate::storage::Storage;
use crate::tree::{Edge, leaf};

/// The last record whose meaning the caller knows, and where the log is to be read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start {
    /// The record's position.
    pub seq: u64,
    /// The record's link.
    pub link: Digest,
    /// The first position of the segment that it lies in.
    pub segment: u64,
    /// Where in that segment the batch begins that the record belongs to, in bytes.
    pub offset: u64,
}

impl Start {
    /// Where to go on from the record `seq`; `None` at or beyond the end of the durable log.
    ///
    /// # Errors
    /// As [`Reader::read`].
    pub fn find<S: Storage>(reader: &Reader<S>, seq: u64) -> Result<Option<Start>> {
        let Some(last) = reader.read(seq)? else { return Ok(None) };
        let first = seq.saturating_sub(u64::from(last.batch_index()));
        let Some(first) = reader.read(first)? else { return Ok(None) };
        let segments = reader.segments();
        let segment = segments.iter().find(|segment| segment.path == first.segment);
        let start = |segment: &IndexedSegment| {
            let (link, segment, offset) = (last.link, segment.first_seq, first.offset);
            Start { seq, link, segment, offset }
        };
        Ok(segment.map(start))
    }
}

/// Where reading begins, and what came before.
pub(crate) struct Resumed {
    pub(crate) collector: Collector,
    pub(crate) edge: Edge,
    pub(crate) keys: LogKeys,
}

/// Where the record `seq` is in a log of which nothing was read yet, and a reader of the records up to
/// it; `None` if it is not there.
///
/// # Errors
/// Damage on the way, or what the storage says.
pub(crate) fn locate<S: Storage>(
    storage: &S,
    layout: &Layout,
    seq: u64,
) -> Result<Option<(Start, Reader<S>)>> {
    let places = Places::read(storage, &layout.log_id)?;
    let Some(size) = seq.checked_add(1) else { return Ok(None) };
    let ends = layout.segments.iter().map(|segment| segment.first_seq).skip(1).chain([size]);
    let mut index = Index::default();
    for (segment, end) in layout.segments.iter().zip(ends).take_while(|(s, _)| s.first_seq <= seq) {
        let records = end.min(size).saturating_sub(segment.first_seq);
        let offsets = places.offsets(segment.first_seq, records).unwrap_or_default();
        index.segments.push(IndexedSegment::new(segment).with_offsets(offsets));
    }
    let reader = reader_of(storage, &index, size, Digest::ZERO);
    Ok(Start::find(&reader, seq)?.map(|start| (start, reader)))
}

/// Prepares to read a log from the batch of `start` on. Nothing of this is certain before the root of
/// the next checkpoint was found to be the signed one.
///
/// # Errors
/// [`Error::Start`] when something that is needed is not there or does not fit, or what reading says.
pub(crate) fn resume<S: Storage>(storage: &S, layout: &Layout, start: &Start) -> Result<Resumed> {
    let misfit = |what| Error::Start { seq: start.seq, what };
    let segment = layout.segments.binary_search_by_key(&start.segment, |found| found.first_seq);
    let segment = segment.map_err(|_| misfit("there is no such segment"))?;
    let at = Cursor { segment, offset: start.offset };
    let places = Places::read(storage, &layout.log_id)?;
    // The batch is looked at by its place alone; everything before it lies in front of it.
    let first = read_at(storage, layout, at, start)?;
    if first.batch_index() != 0 || first.header.seq > start.seq {
        return Err(misfit("its batch does not begin there"));
    }
    let size = first.header.seq;
    let index = index_before(layout, &places, at, size).ok_or(misfit("it is at no place"))?;
    let reader = reader_of(storage, &index, size, first.header.prev);
    if let Some(last) = size.checked_sub(1).filter(|_| at != Cursor::first_of(segment)) {
        reader.index_segment_of(last)?;
    }
    let leaves = reader.range(size - size % Edge::LEAVES..size);
    let leaves = leaves.map(|entry| Ok(leaf(entry?.header_bytes()))).collect::<Result<Vec<_>>>()?;
    let edge = Edge::restore(storage, size, leaves)?.ok_or(misfit("a tile is missing"))?;
    let mut keys = layout.keys.clone();
    for seq in places.rotations.iter().filter(|seq| **seq < size) {
        let entry = reader.read(*seq)?.ok_or(misfit("a change of keys is missing"))?;
        let taken = keys.take(&entry.header, entry.core());
        taken.map_err(|_| misfit("a change of keys is not signed"))?;
    }
    let index = Index { segments: reader.segments() };
    let collector = Collector::resuming(BatchStart { at, seq: size }, first.header.prev, index);
    Ok(Resumed { collector, edge, keys })
}

/// What is known of the segments up to a place, where the record `size` begins. The segment of the
/// place itself has to be known, or to be walked.
fn index_before(layout: &Layout, places: &Places, at: Cursor, size: u64) -> Option<Index> {
    let mut index = Index::default();
    let firsts = layout.segments.iter().map(|segment| segment.first_seq).skip(1);
    for (segment, end) in layout.segments.iter().take(at.segment).zip(firsts) {
        let offsets = places.offsets(segment.first_seq, end.checked_sub(segment.first_seq)?);
        index.segments.push(IndexedSegment::new(segment).with_offsets(offsets.unwrap_or_default()));
    }
    let segment = layout.segments.get(at.segment)?;
    let before = size.checked_sub(segment.first_seq)?;
    if (before == 0) != (at.offset == SEGMENT_HEADER_BYTES as u64) {
        return None;
    }
    let offsets = places.offsets(segment.first_seq, before).unwrap_or_default();
    let offsets = if offsets.iter().all(|offset| u64::from(*offset) < at.offset) {
        offsets
    } else {
        Vec::new()
    };
    index.segments.push(IndexedSegment::new(segment).with_offsets(offsets));
    Some(index)
}

/// A reader of the records before `size` alone.
fn reader_of<S: Storage>(storage: &S, index: &Index, size: u64, link: Digest) -> Reader<S> {
    let head = Head { size, link, time: 0 };
    Reader::new(storage.clone(), Arc::new(Shared::new(head, index.clone())))
}

/// The record at a place.
fn read_at<S: Storage>(
    storage: &S,
    layout: &Layout,
    at: Cursor,
    start: &Start,
) -> Result<crate::Entry<'static>> {
    let misfit = Error::Start { seq: start.seq, what: "there is no record at its place" };
    let segment = layout.segments.get(at.segment).filter(|segment| at.offset < segment.len);
    let Some(segment) = segment else { return Err(misfit) };
    Reader::read_at(storage, segment, at.offset)
        .map_err(|error| if matches!(error, Error::Integrity(_)) { misfit } else { error })
}

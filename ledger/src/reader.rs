//! Reading durable records by position, beside the writer.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use crate::blob::Blobs;
use crate::entries_back::EntriesBack;
use crate::entry::Entry;
use crate::error::{Error, Integrity, Result};
use crate::frame::{Checked, Parts, frame_len};
use crate::hash::Shake;
use crate::headers::HeaderEntries;
use crate::index::{Head, Indexed, IndexedSegment, Place};
use crate::limits::{HEADER_BYTES, INDEX_STRIDE};
use crate::reason::Reason;
use crate::record::{Header, kind};
use crate::scan::Segment;
use crate::shared::Shared;
use crate::storage::{Access, Storage, read_full};

/// Bytes that are read at a time; a longer frame is read in full.
const READ_BYTES: usize = 64 << 10;

/// How often a payload that does not hold is read again: a writer may be erasing it.
const REREADS_MAX: u32 = 8;

/// Reads durable records by position. Clones are cheap and can go to other threads.
#[derive(Debug)]
pub struct Reader<S> {
    storage: S,
    shared: Arc<Shared>,
}

impl<S: Clone> Clone for Reader<S> {
    fn clone(&self) -> Self {
        Reader { storage: self.storage.clone(), shared: Arc::clone(&self.shared) }
    }
}

impl<S: Storage> Reader<S> {
    pub(crate) fn new(storage: S, shared: Arc<Shared>) -> Reader<S> {
        Reader { storage, shared }
    }

    /// The last durable record.
    #[must_use]
    pub fn head(&self) -> Head {
        self.shared.head()
    }

    /// The record at a position; `None` at or beyond the end of the durable log.
    ///
    /// # Errors
    /// [`Error::Integrity`] if its bytes are no longer good, or what the storage says.
    pub fn read(&self, seq: u64) -> Result<Option<Entry<'static>>> {
        self.range(seq..seq.saturating_add(1)).next().transpose()
    }

    /// The records of a range, in order, as far as the log goes now.
    #[must_use]
    pub fn range(&self, range: Range<u64>) -> Entries<S> {
        let end = range.end.min(self.head().size);
        Entries { reader: self.clone(), next: range.start, end, walk: None }
    }

    /// The records of a range, last first, as far as the log goes now.
    #[must_use]
    pub fn range_back(&self, range: Range<u64>) -> EntriesBack<S> {
        let end = range.end.min(self.head().size);
        EntriesBack::new(self.clone(), range.start..end)
    }

    /// The headers of a range with the links of their records, in order, as far as the log goes now.
    /// Each is held to the checksum of its frame and no further, which is enough for what can be made
    /// again.
    #[must_use]
    pub fn headers(&self, range: Range<u64>) -> HeaderEntries<S> {
        let left = range.end.min(self.head().size).saturating_sub(range.start);
        HeaderEntries::new(Headers::new(self.clone(), range.start, Cores::Rotations), left)
    }

    /// The record that stands at a place of a segment, whichever it is.
    pub(crate) fn read_at(storage: &S, segment: &Segment, offset: u64) -> Result<Entry<'static>> {
        let (path, nonce) = (Arc::clone(&segment.path), segment.nonce);
        let (seq, segment_end, indexed) = (segment.first_seq, u64::MAX, Indexed::Yes);
        let place = Place { path, nonce, seq, offset, segment_end, indexed };
        Walk::open(storage, place)?.found_there().map(StoredFrame::into_entry)
    }

    /// The frame of a record as it is stored, whatever its payload amounts to; `None` at or beyond the
    /// end of the durable log.
    pub(crate) fn frame(&self, seq: u64) -> Result<Option<StoredFrame>> {
        self.walk(seq)?.map(|mut walk| walk.found()).transpose()
    }

    /// The blobs beside the log.
    #[must_use]
    pub fn blobs(&self) -> Blobs<S> {
        Blobs::new(self.storage.clone())
    }

    /// Where the log lies.
    pub(crate) fn storage(&self) -> &S {
        &self.storage
    }

    /// Makes sure that the segment in which `seq` lies is found its way about in.
    pub(crate) fn index_segment_of(&self, seq: u64) -> Result<()> {
        match self.shared.place(seq).filter(|place| place.indexed == Indexed::No) {
            Some(place) => self.index(place),
            None => Ok(()),
        }
    }

    /// The segments, with the offsets that are known.
    pub(crate) fn segments(&self) -> Vec<IndexedSegment> {
        self.shared.segments()
    }

    /// A walk whose next record is `seq`.
    fn walk(&self, seq: u64) -> Result<Option<Walk<S::File>>> {
        let Some(mut place) = self.shared.place(seq) else { return Ok(None) };
        if place.indexed == Indexed::No && seq > place.seq {
            self.index(place)?;
            let Some(indexed) = self.shared.place(seq) else { return Ok(None) };
            place = indexed;
        }
        let mut walk = Walk::open(&self.storage, place)?;
        while walk.place.seq < seq {
            let len = walk.frame_len()?;
            walk.pass(len);
        }
        Ok(Some(walk))
    }

    /// Walks a segment that nobody has read since the log was opened, so that its records are found
    /// fast from now on.
    fn index(&self, place: Place) -> Result<()> {
        let mut walk = Walk::open(&self.storage, place)?;
        let first_seq = walk.place.seq;
        let mut offsets = Vec::new();
        while walk.place.seq < walk.place.segment_end {
            if (walk.place.seq - first_seq).is_multiple_of(INDEX_STRIDE) {
                let offset = u32::try_from(walk.place.offset);
                offsets.push(offset.expect("a segment is shorter than 4 GiB"));
            }
            let len = walk.frame_len()?;
            walk.pass(len);
        }
        self.shared.learn(first_seq, offsets);
        Ok(())
    }
}

/// Records in order; see [`Reader::range`]. Ends after the first error.
#[derive(Debug)]
pub struct Entries<S: Storage> {
    reader: Reader<S>,
    next: u64,
    end: u64,
    walk: Option<Walk<S::File>>,
}

impl<S: Storage> Entries<S> {
    fn read_next(&mut self) -> Result<Option<Entry<'static>>> {
        let mut walk = self.walk.take().filter(|walk| walk.place.seq < walk.place.segment_end);
        if walk.is_none() {
            walk = self.reader.walk(self.next)?;
        }
        let Some(mut walk) = walk else { return Ok(None) };
        let entry = walk.entry(&self.reader.shared)?;
        self.walk = Some(walk);
        Ok(Some(entry))
    }
}

impl<S: Storage> Iterator for Entries<S> {
    type Item = Result<Entry<'static>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.next >= self.end {
            return None;
        }
        let entry = self.read_next().transpose();
        self.next = if matches!(entry, Some(Ok(_))) { self.next + 1 } else { self.end };
        entry
    }
}

/// Headers in order, each checked by the checksum over header and core alone: for those who recompute
/// links and tree themselves. It goes on as the log grows.
#[derive(Debug)]
pub(crate) struct Headers<S: Storage> {
    reader: Reader<S>,
    next: u64,
    walk: Option<Walk<S::File>>,
    cores: Cores,
    core: Vec<u8>,
}

/// Of which records the cores are read along with the headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cores {
    /// Of those that change keys.
    Rotations,
    /// Of all.
    All,
}

/// A header as it stands in the file.
pub(crate) struct ReadHeader {
    pub(crate) header: Header,
    pub(crate) bytes: [u8; HEADER_BYTES],
}

impl<S: Storage> Headers<S> {
    pub(crate) fn new(reader: Reader<S>, next: u64, cores: Cores) -> Headers<S> {
        Headers { reader, next, walk: None, cores, core: Vec::new() }
    }

    /// Position of the next header.
    pub(crate) fn next(&self) -> u64 {
        self.next
    }

    /// The next header; `None` at the end of the durable log.
    pub(crate) fn read_next(&mut self) -> Result<Option<ReadHeader>> {
        if self.walk.as_ref().is_none_or(|walk| walk.place.seq >= walk.place.segment_end) {
            self.walk = self.reader.walk(self.next)?;
        }
        let Some(walk) = &mut self.walk else { return Ok(None) };
        let read = walk.header(self.cores, &mut self.core)?;
        self.next += 1;
        Ok(Some(read))
    }

    /// The core of the record whose header was read last; empty if it is none of those that are read.
    pub(crate) fn core(&self) -> &[u8] {
        &self.core
    }

    /// Damage at the header that was read last.
    pub(crate) fn flaw(&self, reason: Reason) -> Integrity {
        let place = self.walk.as_ref().map(|walk| &walk.place);
        Integrity {
            segment: place.map(|place| place.path.to_string()).unwrap_or_default(),
            offset: place.map_or(0, |place| place.offset),
            seq: self.next.saturating_sub(1),
            reason,
        }
    }
}

/// A frame as it is stored, whose payload may be doubtful.
pub(crate) struct StoredFrame {
    /// Where it stands.
    pub(crate) place: Place,
    pub(crate) checked: Checked,
    bytes: Vec<u8>,
}

impl StoredFrame {
    pub(crate) fn parts(&self) -> Parts<'_> {
        Parts::cut(&self.bytes).expect("a frame was checked when it was read")
    }

    /// The error for a frame that breaks a rule.
    pub(crate) fn integrity(&self, reason: Reason) -> Error {
        let Place { path, offset, seq, .. } = &self.place;
        let (segment, offset, seq) = (path.to_string(), *offset, *seq);
        Error::Integrity(Integrity { segment, offset, seq, reason })
    }

    fn into_entry(self) -> Entry<'static> {
        let StoredFrame { place, checked, bytes } = self;
        Entry::new(&checked, &place.path, place.offset, Cow::Owned(bytes))
    }
}

/// A walk over the frames of one segment.
#[derive(Debug)]
struct Walk<F> {
    file: F,
    /// The next frame.
    place: Place,
    buffer: Vec<u8>,
    /// Offset of the buffer's first byte in the segment.
    start: u64,
}

impl<F: crate::storage::File> Walk<F> {
    fn open<S: Storage<File = F>>(storage: &S, place: Place) -> Result<Walk<F>> {
        let path = &place.path;
        let file = storage.open(path, Access::Read).map_err(Error::io("open", path))?;
        Ok(Walk { file, place, buffer: Vec::new(), start: 0 })
    }

    fn entry(&mut self, shared: &Shared) -> Result<Entry<'static>> {
        let len = self.frame_len()?;
        let mut rereads = 0;
        let found = loop {
            let found = self.found()?;
            if shared.withholds(self.place.seq) {
                self.pass(len);
                return Ok(found.into_entry().withheld());
            }
            match found.checked.without_doubt() {
                Ok(_) => break found,
                Err(reason) if rereads == REREADS_MAX => return Err(found.integrity(reason)),
                Err(_) => rereads += 1,
            }
            self.buffer.clear();
        };
        self.pass(len);
        Ok(found.into_entry())
    }

    /// The next record.
    fn found(&mut self) -> Result<StoredFrame> {
        let found = self.found_there()?;
        let (seq, expected) = (found.checked.header.seq, self.place.seq);
        let reason = Reason::Seq { found: seq, expected };
        if seq == expected { Ok(found) } else { Err(self.integrity(reason)) }
    }

    /// The record that stands at the place, whichever it is.
    fn found_there(&mut self) -> Result<StoredFrame> {
        let len = self.frame_len()?;
        let bytes = self.bytes(len)?.to_vec();
        let parts = Parts::cut(&bytes).map_err(|reason| self.integrity(reason))?;
        let checked = parts.check::<Shake>(&self.place.nonce);
        let checked = checked.map_err(|reason| self.integrity(reason))?;
        Ok(StoredFrame { place: self.place.clone(), bytes, checked })
    }

    /// Reads a header and passes its frame.
    fn header(&mut self, cores: Cores, core: &mut Vec<u8>) -> Result<ReadHeader> {
        let len = self.frame_len()?;
        let nonce = self.place.nonce;
        let expected = self.place.seq;
        core.clear();
        let read = Parts::cut(self.bytes(len)?).and_then(|parts| {
            if !parts.crc_holds(&nonce) {
                return Err(Reason::Crc);
            }
            let header = Header::decode(parts.header)?;
            if header.seq != expected {
                return Err(Reason::Seq { found: header.seq, expected });
            }
            if cores == Cores::All || header.kind == kind::ROTATE_KEY {
                core.extend_from_slice(parts.core());
            }
            Ok(ReadHeader { header, bytes: *parts.header })
        });
        let read = read.map_err(|reason| self.integrity(reason))?;
        self.pass(len);
        Ok(read)
    }

    fn frame_len(&mut self) -> Result<usize> {
        let len = frame_len(self.bytes(4)?).unwrap_or(Err(Reason::FrameLen { found: 0 }));
        len.map_err(|reason| self.integrity(reason))
    }

    fn pass(&mut self, len: usize) {
        self.place.offset += len as u64;
        self.place.seq += 1;
    }

    /// The next `len` bytes.
    fn bytes(&mut self, len: usize) -> Result<&[u8]> {
        let offset = self.place.offset;
        let held = self.start..self.start + self.buffer.len() as u64;
        if offset < held.start || offset + len as u64 > held.end {
            self.buffer.resize(len.max(READ_BYTES), 0);
            let read = read_full(&self.file, &mut self.buffer, offset);
            let read = read.map_err(Error::io("read", &self.place.path))?;
            self.buffer.truncate(read);
            self.start = offset;
        }
        let from = usize::try_from(offset - self.start).unwrap_or(usize::MAX);
        let left = (self.buffer.len().saturating_sub(from)) as u64;
        let truncated = Reason::Truncated { left, needed: len as u64 };
        let found = self.buffer.get(from..).and_then(|rest| rest.get(..len));
        found.ok_or_else(|| self.integrity(truncated))
    }

    fn integrity(&self, reason: Reason) -> Error {
        Error::Integrity(Integrity {
            segment: self.place.path.to_string(),
            offset: self.place.offset,
            seq: self.place.seq,
            reason,
        })
    }
}

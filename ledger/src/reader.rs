//! Reading durable records by position, beside the writer.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use crate::entry::Entry;
use crate::error::{Error, Integrity, Result};
use crate::frame::{Parts, frame_len};
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

/// Records that are held at a time when reading backwards.
const BACK_RECORDS: u64 = 64;

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
        EntriesBack { reader: self.clone(), start: range.start, end, block: Vec::new() }
    }

    /// The headers of a range with the links of their records, in order, as far as the log goes now.
    /// Each is held to the checksum of its frame and no further, which is enough for what can be made
    /// again.
    #[must_use]
    pub fn headers(&self, range: Range<u64>) -> HeaderEntries<S> {
        let left = range.end.min(self.head().size).saturating_sub(range.start);
        HeaderEntries::new(Headers::new(self.clone(), range.start), left)
    }

    /// The record that stands at a place of a segment, whichever it is.
    pub(crate) fn read_at(storage: &S, segment: &Segment, offset: u64) -> Result<Entry<'static>> {
        let (path, nonce) = (Arc::clone(&segment.path), segment.nonce);
        let (seq, segment_end, indexed) = (segment.first_seq, u64::MAX, Indexed::Yes);
        let place = Place { path, nonce, seq, offset, segment_end, indexed };
        Walk::open(storage, place)?.entry_there()
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
        let entry = walk.entry()?;
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

/// Records last first; see [`Reader::range_back`]. Ends after the first error.
#[derive(Debug)]
pub struct EntriesBack<S: Storage> {
    reader: Reader<S>,
    start: u64,
    end: u64,
    block: Vec<Entry<'static>>,
}

impl<S: Storage> Iterator for EntriesBack<S> {
    type Item = Result<Entry<'static>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.block.is_empty() && self.start < self.end {
            let from = self.end.saturating_sub(BACK_RECORDS).max(self.start);
            match self.reader.range(from..self.end).collect() {
                Ok(block) => self.block = block,
                Err(error) => {
                    self.start = self.end;
                    return Some(Err(error));
                }
            }
            self.end = from;
        }
        self.block.pop().map(Ok)
    }
}

/// Headers in order, each checked by the checksum over header and core alone: for those who recompute
/// links and tree themselves. It goes on as the log grows.
#[derive(Debug)]
pub(crate) struct Headers<S: Storage> {
    reader: Reader<S>,
    next: u64,
    walk: Option<Walk<S::File>>,
    core: Vec<u8>,
}

/// A header as it stands in the file.
pub(crate) struct ReadHeader {
    pub(crate) header: Header,
    pub(crate) bytes: [u8; HEADER_BYTES],
}

impl<S: Storage> Headers<S> {
    pub(crate) fn new(reader: Reader<S>, next: u64) -> Headers<S> {
        Headers { reader, next, walk: None, core: Vec::new() }
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
        let read = walk.header(&mut self.core)?;
        self.next += 1;
        Ok(Some(read))
    }

    /// The core of a record that changes keys, after its header was read; empty for others.
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

    fn entry(&mut self) -> Result<Entry<'static>> {
        let len = self.frame_len()?;
        let entry = self.entry_there()?;
        let (found, expected) = (entry.header.seq, self.place.seq);
        if found != expected {
            return Err(self.integrity(Reason::Seq { found, expected }));
        }
        self.pass(len);
        Ok(entry)
    }

    /// The record that stands at the place, whichever it is.
    fn entry_there(&mut self) -> Result<Entry<'static>> {
        let len = self.frame_len()?;
        let offset = self.place.offset;
        let frame = self.bytes(len)?.to_vec();
        let parts = Parts::cut(&frame).map_err(|reason| self.integrity(reason))?;
        let checked = parts.check::<Shake>(&self.place.nonce);
        let checked = checked.map_err(|reason| self.integrity(reason))?;
        Ok(Entry::new(&checked, &self.place.path, offset, Cow::Owned(frame)))
    }

    /// Reads a header and passes its frame.
    fn header(&mut self, core: &mut Vec<u8>) -> Result<ReadHeader> {
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
            if header.kind == kind::ROTATE_KEY {
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

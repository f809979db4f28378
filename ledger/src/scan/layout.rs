//! Which segments there are, and whether they belong together.

use std::io;
use std::sync::Arc;

use crate::checkpoint::LogKeys;
use crate::error::{Error, Integrity, Result};
use crate::frame::{Parts, frame_len};
use crate::hash::{Digest, Hasher};
use crate::limits::{FRAME_BYTES_MAX, SEGMENT_BYTES_MAX, SEGMENT_HEADER_BYTES};
use crate::reason::Reason;
use crate::record::link_with;
use crate::scan::chunk::Cursor;
use crate::segment::{LOG_DIR, Named, Nonce, SegmentHeader, classify, path, temporary_path};
use crate::storage::{Access, File as _, Storage, read_full};

/// One segment file whose header is good.
#[derive(Clone, Debug)]
pub(crate) struct Segment {
    pub(crate) first_seq: u64,
    pub(crate) path: Arc<str>,
    pub(crate) nonce: Nonce,
    pub(crate) len: u64,
}

/// The files of a log.
#[derive(Debug)]
pub(crate) struct Layout {
    /// In order; never empty, and the first starts at 0.
    pub(crate) segments: Vec<Segment>,
    pub(crate) log_id: Digest,
    /// The key that record 0 names.
    pub(crate) keys: LogKeys,
    /// Paths of segments that were never finished.
    pub(crate) temporaries: Vec<String>,
    place: LayoutPlace,
}

/// Where the files lie.
#[derive(Clone, Copy, Debug)]
enum LayoutPlace {
    /// Where a log's do: a writer may begin another segment.
    Log,
    /// Elsewhere: there are no others.
    Staged,
}

/// What a directory listing shows.
#[derive(Default)]
pub(crate) struct Listing {
    first_seqs: Vec<u64>,
    pub(crate) temporaries: Vec<String>,
    pub(crate) torn: Vec<String>,
    /// A temporary that only a log with records before it can have left.
    rolled: Option<String>,
}

impl Listing {
    /// Lists the log's directory; empty if there is none.
    pub(crate) fn read<S: Storage>(storage: &S) -> Result<Listing> {
        let names = match storage.list(LOG_DIR) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            listed => listed.map_err(Error::io("list", LOG_DIR))?,
        };
        let mut listing = Listing::default();
        for name in names {
            let file = format!("{LOG_DIR}/{name}");
            match classify(&name) {
                Named::Segment { first_seq } => listing.first_seqs.push(first_seq),
                Named::Temporary { first_seq } => {
                    if first_seq > 0 {
                        listing.rolled.get_or_insert_with(|| file.clone());
                    }
                    listing.temporaries.push(file);
                }
                Named::Torn => listing.torn.push(file),
                Named::Unknown => return Err(Error::UnknownFile { file }),
            }
        }
        listing.first_seqs.sort_unstable();
        Ok(listing)
    }

    /// Whether all there is was staged by a transfer that was cut short. It makes the temporary of
    /// the first segment before anything else and removes it last, and record 0 of a log has lost
    /// that name before anything else can be there.
    pub(crate) fn is_staged(&self) -> bool {
        let first = temporary_path(0);
        self.temporaries.contains(&first)
            && self.first_seqs.first() != Some(&0)
            && self.torn.is_empty()
    }

    /// The paths of all segments that have their names.
    pub(crate) fn named(&self) -> impl Iterator<Item = String> {
        self.first_seqs.iter().map(|first_seq| path(*first_seq))
    }

    /// A file that shows that there is or was a log.
    pub(crate) fn evidence(&self) -> Option<String> {
        let segment = self.first_seqs.first().map(|first_seq| path(*first_seq));
        segment.or_else(|| self.torn.first().cloned()).or_else(|| self.rolled.clone())
    }
}

impl Layout {
    /// Reads every segment's header, and record 0 for the log's id.
    pub(crate) fn read<S: Storage, H: Hasher>(storage: &S) -> Result<Layout> {
        let listing = Listing::read(storage)?;
        let Some(file) = listing.evidence() else { return Err(Error::Missing) };
        if listing.is_staged() {
            return Err(Error::Unfinished);
        }
        if listing.first_seqs.first() != Some(&0) {
            return Err(Error::FirstSegmentMissing { file });
        }
        let mut segments = Vec::with_capacity(listing.first_seqs.len());
        let mut log_id = Digest::ZERO;
        let mut keys = LogKeys::default();
        for first_seq in listing.first_seqs {
            let segment = read_segment(storage, first_seq, log_id)?;
            if first_seq == 0 {
                (log_id, keys) = read_first::<S, H>(storage, &segment)?;
            }
            segments.push(segment);
        }
        let (temporaries, place) = (listing.temporaries, LayoutPlace::Log);
        Ok(Layout { segments, log_id, keys, temporaries, place })
    }

    /// Segments that lie elsewhere than a log's do: at least one, and the first starts at 0.
    pub(crate) fn of_segments<S: Storage, H: Hasher>(
        storage: &S,
        segments: Vec<Segment>,
    ) -> Result<Layout> {
        let first = segments.first().ok_or(Error::Missing)?;
        let (log_id, keys) = read_first::<S, H>(storage, first)?;
        let (temporaries, place) = (Vec::new(), LayoutPlace::Staged);
        Ok(Layout { segments, log_id, keys, temporaries, place })
    }

    /// Takes in the segments that a writer has begun since.
    pub(crate) fn refresh<S: Storage, H: Hasher>(&mut self, storage: &S) -> Result<()> {
        match self.place {
            LayoutPlace::Log => *self = Layout::read::<S, H>(storage)?,
            LayoutPlace::Staged => {}
        }
        Ok(())
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.segments.iter().map(|segment| segment.len).sum()
    }

    /// Bytes that lie before a place.
    pub(crate) fn bytes_before(&self, at: Cursor) -> u64 {
        let before = self.segments.iter().take(at.segment).map(|segment| segment.len);
        before.sum::<u64>() + at.offset
    }

    pub(crate) fn last(&self) -> &Segment {
        self.segments.last().expect("a layout has a first segment")
    }
}

fn read_segment<S: Storage>(storage: &S, first_seq: u64, log_id: Digest) -> Result<Segment> {
    let path = path(first_seq);
    let integrity = |reason| {
        Error::Integrity(Integrity { segment: path.clone(), offset: 0, seq: first_seq, reason })
    };
    let file = storage.open(&path, Access::Read).map_err(Error::io("open", &path))?;
    let len = file.len().map_err(Error::io("measure", &path))?;
    if len > SEGMENT_BYTES_MAX {
        return Err(integrity(Reason::SegmentLong { found: len }));
    }
    let mut bytes = [0; SEGMENT_HEADER_BYTES];
    let read = read_full(&file, &mut bytes, 0).map_err(Error::io("read", &path))?;
    if read < SEGMENT_HEADER_BYTES {
        return Err(integrity(Reason::SegmentShort { found: len }));
    }
    let header = SegmentHeader::decode(&bytes).map_err(integrity)?;
    if header.first_seq != first_seq {
        let found = header.first_seq;
        return Err(integrity(Reason::SegmentFirst { found, expected: first_seq }));
    }
    if header.log_id != log_id {
        let found = header.log_id;
        return Err(integrity(Reason::SegmentLog { found, expected: log_id }));
    }
    Ok(Segment { first_seq, path: path.into(), nonce: header.nonce, len })
}

/// The link and the key of record 0, which is never a torn write: it was synced before its file had a
/// name.
fn read_first<S: Storage, H: Hasher>(storage: &S, segment: &Segment) -> Result<(Digest, LogKeys)> {
    let offset = SEGMENT_HEADER_BYTES as u64;
    let path = &segment.path;
    let file = storage.open(path, Access::Read).map_err(Error::io("open", path))?;
    let left = usize::try_from(segment.len.saturating_sub(offset)).unwrap_or(usize::MAX);
    let mut bytes = vec![0; left.min(FRAME_BYTES_MAX)];
    let read = read_full(&file, &mut bytes, offset).map_err(Error::io("read", path))?;
    let bytes = bytes.get(..read).unwrap_or_default();
    first::<H>(bytes, &segment.nonce).map_err(|cause| {
        let segment = path.to_string();
        let reason = Reason::Birth { cause: Box::new(cause) };
        Error::Integrity(Integrity { segment, offset, seq: 0, reason })
    })
}

fn first<H: Hasher>(bytes: &[u8], nonce: &Nonce) -> std::result::Result<(Digest, LogKeys), Reason> {
    let left = bytes.len() as u64;
    let truncated = |needed| Reason::Truncated { left, needed };
    let len = frame_len(bytes).unwrap_or(Err(truncated(4)))?;
    let frame = bytes.get(..len).ok_or_else(|| truncated(len as u64))?;
    let parts = Parts::cut(frame)?;
    let checked = parts.check::<H>(nonce)?.without_doubt()?;
    if checked.header.seq != 0 {
        return Err(Reason::Seq { found: checked.header.seq, expected: 0 });
    }
    let log_id = link_with::<H>(parts.header);
    Ok((log_id, LogKeys::of_genesis(parts.core(), log_id)))
}

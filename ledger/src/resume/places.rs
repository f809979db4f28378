//! What is kept of segments that will not be read again: `index/places`, where every 256th record
//! begins and which records changed keys. Derived: without it segments are walked when they are
//! needed.

use std::io;

use crate::checkpoint::LogKeys;
use crate::error::{Error, Result};
use crate::hash::{Digest, Hasher as _, Shake};
use crate::index::IndexedSegment;
use crate::limits::INDEX_STRIDE;
use crate::reader::Reader;
use crate::replace::replace_file;
use crate::storage::{Access, File as _, Storage, read_full};

const INDEX_DIR: &str = "index";
const PLACES_FILE: &str = "index/places";
const MAGIC: [u8; 8] = *b"WEFTPLC1";

/// The most bytes the file may have: 2^34 records in full segments have fewer.
const PLACES_BYTES_MAX: u64 = 512 << 20;

/// What the file says. It may be wrong in every way but by accident.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Places {
    /// Records that changed keys, ascending.
    pub(super) rotations: Vec<u64>,
    /// Segments by their first position, with the offsets of every 256th record.
    pub(super) segments: Vec<(u64, Vec<u32>)>,
}

/// Keeps where the records are that `reader` has, and which of them changed keys, for a later
/// [`crate::Start`]. It is replaced as a whole.
///
/// # Errors
/// What the storage says; then the file of before is still there, or none.
pub fn keep_places<S: Storage>(storage: &S, reader: &Reader<S>, keys: &LogKeys) -> Result<()> {
    let rotations = keys.history().iter().map(|(above, _)| *above).filter(|above| *above > 0);
    let segments = reader.segments();
    let offsets = |segment: &IndexedSegment| (segment.first_seq, segment.offsets().to_vec());
    let places =
        Places { rotations: rotations.collect(), segments: segments.iter().map(offsets).collect() };
    replace_file(storage, INDEX_DIR, PLACES_FILE, &places.encode(&keys.log_id()))
}

impl Places {
    /// What was kept of the log of `log_id`; nothing if there is no whole file of it.
    pub(super) fn read<S: Storage>(storage: &S, log_id: &Digest) -> Result<Places> {
        let file = match storage.open(PLACES_FILE, Access::Read) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Places::default()),
            opened => opened.map_err(Error::io("open", PLACES_FILE))?,
        };
        let len = file.len().map_err(Error::io("measure", PLACES_FILE))?;
        let Some(len) = usize::try_from(len).ok().filter(|_| len <= PLACES_BYTES_MAX) else {
            return Ok(Places::default());
        };
        let mut bytes = vec![0; len];
        let read = read_full(&file, &mut bytes, 0).map_err(Error::io("read", PLACES_FILE))?;
        bytes.truncate(read);
        Ok(Places::decode(&bytes, log_id).unwrap_or_default())
    }

    /// The offsets of a segment's first `records` records, if all of them are known.
    pub(super) fn offsets(&self, first_seq: u64, records: u64) -> Option<Vec<u32>> {
        let at = self.segments.binary_search_by_key(&first_seq, |(first_seq, _)| *first_seq);
        let (_, offsets) = self.segments.get(at.ok()?)?;
        let needed = usize::try_from(records.div_ceil(INDEX_STRIDE)).ok()?;
        offsets.get(..needed).map(<[u32]>::to_vec)
    }

    /// `magic 8 ‖ log id 32 ‖ count 4 ‖ [* seq 8] ‖ count 4 ‖ [* first seq 8 ‖ count 4 ‖ [* offset
    /// 4]] ‖ SHAKE of all that 32`.
    fn encode(&self, log_id: &Digest) -> Vec<u8> {
        let count = |len: usize| u32::try_from(len).unwrap_or(u32::MAX).to_be_bytes();
        let mut bytes =
            [MAGIC.as_slice(), log_id.as_bytes(), &count(self.rotations.len())].concat();
        bytes.extend(self.rotations.iter().flat_map(|seq| seq.to_be_bytes()));
        bytes.extend(count(self.segments.len()));
        for (first_seq, offsets) in &self.segments {
            bytes.extend(first_seq.to_be_bytes());
            bytes.extend(count(offsets.len()));
            bytes.extend(offsets.iter().flat_map(|offset| offset.to_be_bytes()));
        }
        let digest = Shake::hash(&[&bytes]);
        bytes.extend(digest.0);
        bytes
    }

    fn decode(bytes: &[u8], log_id: &Digest) -> Option<Places> {
        let (body, digest) = bytes.split_last_chunk()?;
        if Shake::hash(&[body]) != Digest(*digest) {
            return None;
        }
        let mut rest = body.strip_prefix(&MAGIC)?.strip_prefix(log_id.as_bytes())?;
        let mut places = Places::default();
        for _ in 0..take_u32(&mut rest)? {
            places.rotations.push(take_u64(&mut rest)?);
        }
        for _ in 0..take_u32(&mut rest)? {
            let first_seq = take_u64(&mut rest)?;
            let count = take_u32(&mut rest)?;
            let offsets = (0..count).map(|_| take_u32(&mut rest));
            places.segments.push((first_seq, offsets.collect::<Option<_>>()?));
        }
        rest.is_empty().then_some(places)
    }
}

fn take_u32(rest: &mut &[u8]) -> Option<u32> {
    let (bytes, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(u32::from_be_bytes(*bytes))
}

fn take_u64(rest: &mut &[u8]) -> Option<u64> {
    let (bytes, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(u64::from_be_bytes(*bytes))
}

//! Torn write or damage: the batch rule (FORMAT.md 3, opening).

use crate::error::{Error, Result};
use crate::frame::{Checksum, Parts, frame_len};
use crate::hash::Shake;
use crate::limits::{FRAME_BYTES_MAX, FRAME_BYTES_MIN, FRAME_PREFIX_BYTES, SEGMENT_HEADER_BYTES};
use crate::record::MAGIC;
use crate::scan::collect::Bad;
use crate::scan::layout::Segment;
use crate::scan::sums::{Powers, Sums};
use crate::segment::Nonce;
use crate::storage::{Access, File as _, Storage, read_full};
use crate::zeros;

/// Offsets that are tried per read, but for the last.
pub(crate) const WINDOW_STEP: usize = 4 << 20;

/// What a bad frame in the last segment amounts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Judgement {
    /// A write that the power or a crash cut short: the bytes up to `end`, without the zeros after.
    Torn { end: u64 },
    /// Damage: this record of a later batch shows that the bad frame was once durable.
    Settled { seq: u64, offset: u64 },
}

/// Looks at every byte offset after a bad frame for a good frame of a later batch.
pub(crate) fn judge<S: Storage>(storage: &S, segment: &Segment, bad: &Bad) -> Result<Judgement> {
    let path = &segment.path;
    let file = storage.open(path, Access::Read).map_err(Error::io("open", path))?;
    let search = Search {
        nonce: &segment.nonce,
        seq: bad.seq,
        offset: bad.at.offset,
        // One half of the nonce may itself be damaged, and then no checksum of that half holds
        // anywhere in the segment: after the first frame either checksum is enough.
        either_crc: bad.at.offset == SEGMENT_HEADER_BYTES as u64,
    };
    let left = file.len().map_err(Error::io("measure", path))?.saturating_sub(bad.at.offset);
    let left = usize::try_from(left).unwrap_or(usize::MAX).saturating_add(1);
    let mut window = vec![0; left.min(WINDOW_STEP + FRAME_BYTES_MAX)];
    let powers = Powers::new();
    let mut start = bad.at.offset;
    let mut end = start;
    loop {
        let read = read_full(&file, &mut window, start).map_err(Error::io("read", path))?;
        let bytes = window.get(..read).unwrap_or_default();
        // A frame that begins beyond the step may end beyond the window and waits for the next one;
        // nothing comes after the last window, so all of its offsets are tried.
        let is_last = read < window.len();
        let offsets = if is_last { read } else { WINDOW_STEP };
        if let Some(settled) = search.find(&Sums::new(&powers, bytes), start, offsets) {
            return Ok(settled);
        }
        if let Some(last) = zeros::last_other(bytes) {
            end = start + last as u64 + 1;
        }
        if is_last {
            return Ok(Judgement::Torn { end });
        }
        start += WINDOW_STEP as u64;
    }
}

struct Search<'a> {
    nonce: &'a Nonce,
    /// Position of the bad record, and where its frame begins.
    seq: u64,
    offset: u64,
    either_crc: bool,
}

impl Search<'_> {
    /// Tries the first `offsets` offsets of a window that begins at `start` in the segment.
    fn find(&self, window: &Sums<'_>, start: u64, offsets: usize) -> Option<Judgement> {
        let bytes = window.bytes();
        let mut at = 0;
        while at < offsets {
            at += zeros::first_other(bytes.get(at..)?)?.saturating_sub(FRAME_PREFIX_BYTES);
            let magic = bytes.get(at + FRAME_PREFIX_BYTES..)?;
            at += magic.iter().position(|byte| *byte == MAGIC[0])?;
            let offset = start + at as u64;
            if offset > self.offset
                && let Some(seq) = self.good(window, at, offset)
            {
                return Some(Judgement::Settled { seq, offset });
            }
            at += 1;
        }
        None
    }

    /// The position of the good frame of a later batch at a place in the window, which is `offset`
    /// in the segment, if there is one. What is cheap is checked first; payloads, which others
    /// choose, can imitate everything but the checksums, so those come from [`Sums`], and the core
    /// is hashed only when they hold.
    fn good(&self, window: &Sums<'_>, at: usize, offset: u64) -> Option<u64> {
        let bytes = window.bytes().get(at..)?;
        // Not the format: a frame of a later version shows as well that it was written after.
        if !bytes.get(FRAME_PREFIX_BYTES..)?.starts_with(&MAGIC) {
            return None;
        }
        let len = frame_len(bytes)?.ok()?;
        let parts = Parts::cut(bytes.get(..len)?).ok()?;
        let (seq, batch_index) = (parts.seq(), u64::from(parts.batch_index()));
        let later = seq.checked_sub(batch_index)? > self.seq;
        let room = (offset - self.offset) / FRAME_BYTES_MIN as u64;
        if !later || seq - self.seq > room {
            return None;
        }
        let holds = |Checksum { start, range, stored }| {
            window.append(start, at + range.start..at + range.end) == Some(stored)
        };
        let core = holds(parts.crc(self.nonce));
        let holds = if self.either_crc {
            core || holds(parts.payload_crc(self.nonce))
        } else {
            core && holds(parts.payload_crc(self.nonce))
        };
        (holds && parts.core_commit_holds::<Shake>()).then_some(seq)
    }
}

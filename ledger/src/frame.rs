//! Frames: how a record lies in a segment (FORMAT.md 3).
//!
//! ```text
//! frame_len u32 | crc u32 | payload_crc u32 | batch_index u16 | state u8 | 0 u8
//!   | header 128 | salt 16 | core | [ payload_salt 16 | payload ]
//! ```

use std::ops::Range;

use crc32c::crc32c_append;

use crate::hash::{Digest, Hasher};
use crate::limits::{
    BATCH_RECORDS_MAX, CORE_BYTES_MAX, FRAME_BYTES_MAX, FRAME_BYTES_MIN, FRAME_OVERHEAD_BYTES,
    FRAME_PREFIX_BYTES, HEADER_BYTES, PAYLOAD_BYTES_MAX, SALT_BYTES,
};
use crate::reason::Reason;
use crate::record::{
    Header, Pending, core_commit_with, decode_core_with, link_with, payload_commit_with,
    raw_core_commit, raw_lens, raw_seq,
};
use crate::scan::{Doubt, Standing};
use crate::segment::Nonce;
use crate::zeros;

const STATE_WHOLE: u8 = 0;
const STATE_ERASED: u8 = 1;

/// Where `payload_crc` stands in a frame.
const PAYLOAD_CRC_AT: u64 = 8;

/// Where the state stands in a frame.
const STATE_AT: u64 = 14;

/// A record's payload as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payload<'a> {
    /// The record never had one.
    None,
    /// It is there.
    Whole {
        /// The salt of its commitment.
        salt: &'a [u8; SALT_BYTES],
        /// Its bytes.
        bytes: &'a [u8],
    },
    /// It was erased by a later `log.redact`.
    Erased,
}

/// A frame cut into its parts; nothing but lengths has been checked.
#[derive(Clone, Copy)]
pub(crate) struct Parts<'a> {
    frame_len: [u8; 4],
    crc: u32,
    payload_crc: u32,
    batch_index: [u8; 2],
    state: u8,
    reserved: u8,
    pub(crate) header: &'a [u8; HEADER_BYTES],
    pub(crate) salt_and_core: &'a [u8],
    pub(crate) salt_and_payload: &'a [u8],
}

/// A checksum of a frame: it has the value of `start` before the bytes of `range`, and should have
/// that of `stored` after them.
pub(crate) struct Checksum {
    pub(crate) start: u32,
    pub(crate) range: Range<usize>,
    pub(crate) stored: u32,
}

/// What a frame's bytes amount to, when every rule that can be judged from the frame alone holds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Checked {
    pub(crate) header: Header,
    pub(crate) batch_index: u16,
    pub(crate) link: Digest,
    pub(crate) payload: Standing,
    pub(crate) redacts: Option<u64>,
}

impl Checked {
    /// The same, if its payload is good or erased.
    ///
    /// # Errors
    /// What is wrong with the payload.
    pub(crate) fn without_doubt(self) -> Result<Checked, Reason> {
        match self.payload {
            Standing::Good | Standing::Erased => Ok(self),
            Standing::Doubtful(doubt) => Err(doubt.reason()),
        }
    }
}

/// Bytes that a redaction writes into a frame, and how far from its start.
pub(crate) struct Patch {
    pub(crate) offset: u64,
    pub(crate) bytes: Vec<u8>,
}

/// The frame length at the start of `bytes`, if a frame can have it.
pub(crate) fn frame_len(bytes: &[u8]) -> Option<Result<usize, Reason>> {
    let found = u32::from_be_bytes(*bytes.first_chunk::<4>()?);
    let len = found as usize;
    let possible = (FRAME_BYTES_MIN..=FRAME_BYTES_MAX).contains(&len);
    Some(if possible { Ok(len) } else { Err(Reason::FrameLen { found }) })
}

impl<'a> Parts<'a> {
    /// Cuts a frame, which `bytes` must hold exactly, into its parts.
    pub(crate) fn cut(bytes: &'a [u8]) -> Result<Parts<'a>, Reason> {
        let found = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        let short = || Reason::FrameLen { found };
        let (prefix, rest) = bytes.split_first_chunk::<FRAME_PREFIX_BYTES>().ok_or_else(short)?;
        let (header, rest) = rest.split_first_chunk::<HEADER_BYTES>().ok_or_else(short)?;
        let expected = expected_len(header);
        if expected != Some(bytes.len() as u64) {
            return Err(Reason::FrameParts { found, expected: expected.unwrap_or(0) });
        }
        let core_len = raw_lens(header).0 as usize;
        let (salt_and_core, salt_and_payload) =
            rest.split_at_checked(SALT_BYTES + core_len).ok_or_else(short)?;
        let [f0, f1, f2, f3, c0, c1, c2, c3, p0, p1, p2, p3, b0, b1, state, reserved] = *prefix;
        Ok(Parts {
            frame_len: [f0, f1, f2, f3],
            crc: u32::from_be_bytes([c0, c1, c2, c3]),
            payload_crc: u32::from_be_bytes([p0, p1, p2, p3]),
            batch_index: [b0, b1],
            state,
            reserved,
            header,
            salt_and_core,
            salt_and_payload,
        })
    }

    /// Whether `crc` holds under the segment's nonce.
    pub(crate) fn crc_holds(&self, nonce: &Nonce) -> bool {
        let Checksum { start, stored, .. } = self.crc(nonce);
        crc32c_append(crc32c_append(start, self.header), self.salt_and_core) == stored
    }

    /// Whether `payload_crc` holds under the segment's nonce.
    pub(crate) fn payload_crc_holds(&self, nonce: &Nonce) -> bool {
        let Checksum { start, stored, .. } = self.payload_crc(nonce);
        crc32c_append(start, self.salt_and_payload) == stored
    }

    /// `crc`: over half the nonce, length and batch index, then over header, salt and core.
    pub(crate) fn crc(&self, nonce: &Nonce) -> Checksum {
        let start = core_crc(nonce, self.frame_len, self.batch_index);
        let range = FRAME_PREFIX_BYTES..self.payload_start();
        Checksum { start, range, stored: self.crc }
    }

    /// `payload_crc`: over half the nonce and the state, then over the payload's salt and bytes.
    pub(crate) fn payload_crc(&self, nonce: &Nonce) -> Checksum {
        let start = payload_crc(nonce, self.state, &[]);
        let range = self.payload_start()..self.payload_start() + self.salt_and_payload.len();
        Checksum { start, range, stored: self.payload_crc }
    }

    fn payload_start(&self) -> usize {
        FRAME_PREFIX_BYTES + HEADER_BYTES + self.salt_and_core.len()
    }

    /// Whether the core is the one committed to.
    pub(crate) fn core_commit_holds<H: Hasher>(&self) -> bool {
        core_commit_with::<H>(self.salt_and_core) == raw_core_commit(self.header)
    }

    /// Whether both checksums and the core's commitment hold: whatever else is wrong, these are the
    /// bytes that somebody who knows the nonce wrote.
    pub(crate) fn stand_as_written<H: Hasher>(&self, nonce: &Nonce) -> bool {
        self.crc_holds(nonce) && self.payload_crc_holds(nonce) && self.core_commit_holds::<H>()
    }

    pub(crate) fn batch_index(&self) -> u16 {
        u16::from_be_bytes(self.batch_index)
    }

    pub(crate) fn seq(&self) -> u64 {
        raw_seq(self.header)
    }

    pub(crate) fn core(&self) -> &'a [u8] {
        self.salt_and_core.get(SALT_BYTES..).unwrap_or_default()
    }

    pub(crate) fn salt(&self) -> &'a [u8; SALT_BYTES] {
        self.salt_and_core.first_chunk().expect("a frame was cut with a salt")
    }

    pub(crate) fn payload(&self) -> Payload<'a> {
        match self.salt_and_payload.split_first_chunk() {
            None => Payload::None,
            Some(_) if self.state == STATE_ERASED => Payload::Erased,
            Some((salt, bytes)) => Payload::Whole { salt, bytes },
        }
    }

    /// Checks everything that can be judged from the frame alone. What is wrong with a payload is
    /// told and no error: a redaction may be what explains it.
    pub(crate) fn check<H: Hasher>(&self, nonce: &Nonce) -> Result<Checked, Reason> {
        if !self.crc_holds(nonce) {
            return Err(Reason::Crc);
        }
        if self.reserved != 0 {
            return Err(Reason::Reserved { found: self.reserved });
        }
        let header = Header::decode(self.header)?;
        if !self.core_commit_holds::<H>() {
            return Err(Reason::CoreCommit);
        }
        let core = decode_core_with::<H>(&header, self.core())?;
        let payload = self.check_payload::<H>(nonce, core.payload_commit)?;
        if usize::from(self.batch_index()) >= BATCH_RECORDS_MAX {
            return Err(Reason::BatchIndexLarge { found: self.batch_index() });
        }
        let link = link_with::<H>(self.header);
        let redacts = core.redacts;
        Ok(Checked { header, batch_index: self.batch_index(), link, payload, redacts })
    }

    /// Checks state and payload. A record without a payload has nothing that was ever erased.
    fn check_payload<H: Hasher>(
        &self,
        nonce: &Nonce,
        commit: Option<Digest>,
    ) -> Result<Standing, Reason> {
        let holds = self.payload_crc_holds(nonce);
        let doubtful = |doubt| Ok(Standing::Doubtful(doubt));
        match (commit, self.state) {
            (None, _) if !holds => Err(Reason::PayloadCrc),
            (None, STATE_WHOLE) => Ok(Standing::Good),
            (Some(_), _) if !holds => doubtful(Doubt::Checksum),
            (Some(commit), STATE_WHOLE) => {
                let same = payload_commit_with::<H>(self.salt_and_payload) == commit;
                if same { Ok(Standing::Good) } else { doubtful(Doubt::Commitment) }
            }
            (Some(_), STATE_ERASED) => {
                let zero = zeros::all(self.salt_and_payload);
                if zero { Ok(Standing::Erased) } else { doubtful(Doubt::Zeros) }
            }
            (None | Some(_), found) => Err(Reason::State { found }),
        }
    }

    /// What a redaction writes into the frame, in this order: zeros in place of the payload and its
    /// salt, the checksum that goes with them, and the state. Nothing if there is no payload.
    pub(crate) fn erasure(&self, nonce: &Nonce) -> Vec<Patch> {
        if self.salt_and_payload.is_empty() {
            return Vec::new();
        }
        let zeros = vec![0; self.salt_and_payload.len()];
        let check = payload_crc(nonce, STATE_ERASED, &zeros).to_be_bytes().to_vec();
        vec![
            Patch { offset: self.payload_start() as u64, bytes: zeros },
            Patch { offset: PAYLOAD_CRC_AT, bytes: check },
            Patch { offset: STATE_AT, bytes: vec![STATE_ERASED] },
        ]
    }
}

/// What the lengths in a header add up to, if they are lengths a record can have.
pub(crate) fn expected_len(header: &[u8; HEADER_BYTES]) -> Option<u64> {
    let (core_len, payload_len) = raw_lens(header);
    if core_len as usize > CORE_BYTES_MAX || payload_len as usize > PAYLOAD_BYTES_MAX {
        return None;
    }
    let payload = if payload_len == 0 { 0 } else { SALT_BYTES as u64 + u64::from(payload_len) };
    Some(FRAME_OVERHEAD_BYTES as u64 + u64::from(core_len) + payload)
}

/// A record's parts as they are to be stored.
#[derive(Clone, Copy)]
pub(crate) struct Stored<'a> {
    pub(crate) header: &'a [u8; HEADER_BYTES],
    pub(crate) salt: &'a [u8; SALT_BYTES],
    pub(crate) core: &'a [u8],
    /// Of an erased one the header has the length.
    pub(crate) payload: Payload<'a>,
}

/// Appends a record's frame to `out`. The header must be the record's own, commitments included.
pub(crate) fn encode(
    out: &mut Vec<u8>,
    nonce: &Nonce,
    batch_index: u16,
    header: &[u8; HEADER_BYTES],
    record: &Pending,
) {
    let payload = record.payload.as_ref();
    let payload = payload.map_or(Payload::None, |part| {
        let (salt, bytes) = (part.salt(), &**part.bytes());
        Payload::Whole { salt, bytes }
    });
    let stored = Stored { header, salt: &record.salt, core: &record.core, payload };
    encode_stored(out, nonce, batch_index, &stored);
}

/// Appends the frame of a record whose payload may be erased. The lengths in the header must be
/// ones a record can have; that the parts go with it, [`Parts::cut`] shows.
pub(crate) fn encode_stored(
    out: &mut Vec<u8>,
    nonce: &Nonce,
    batch_index: u16,
    record: &Stored<'_>,
) {
    let erased = [0; SALT_BYTES];
    let (state, salt, bytes, zeros) = match record.payload {
        Payload::None => (STATE_WHOLE, None, &[][..], 0),
        Payload::Whole { salt, bytes } => (STATE_WHOLE, Some(salt), bytes, 0),
        Payload::Erased => {
            (STATE_ERASED, Some(&erased), &[][..], raw_lens(record.header).1 as usize)
        }
    };
    let payload_len = salt.map_or(0, |salt| salt.len() + bytes.len() + zeros);
    let frame_len = FRAME_OVERHEAD_BYTES + record.core.len() + payload_len;
    let frame_len = u32::try_from(frame_len).expect("record lengths were checked").to_be_bytes();
    let batch_index = batch_index.to_be_bytes();
    let crc = core_crc(nonce, frame_len, batch_index);
    let crc = crc32c_append(crc32c_append(crc, record.header), record.salt);
    let crc = crc32c_append(crc, record.core);
    out.extend_from_slice(&frame_len);
    out.extend_from_slice(&crc.to_be_bytes());
    let payload_crc_at = out.len();
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(&batch_index);
    out.extend_from_slice(&[state, 0]);
    out.extend_from_slice(record.header);
    out.extend_from_slice(record.salt);
    out.extend_from_slice(record.core);
    let payload_at = out.len();
    out.extend_from_slice(salt.map_or(&[][..], |salt| salt));
    out.extend_from_slice(bytes);
    out.resize(out.len() + zeros, 0);
    let payload_check = payload_crc(nonce, state, out.get(payload_at..).unwrap_or_default());
    if let Some(place) = out.get_mut(payload_crc_at..payload_crc_at + 4) {
        place.copy_from_slice(&payload_check.to_be_bytes());
    }
}

/// The start of `crc`: half the nonce, the frame's length and its batch index.
fn core_crc(nonce: &Nonce, frame_len: [u8; 4], batch_index: [u8; 2]) -> u32 {
    let [n0, n1, n2, n3, n4, n5, n6, n7] = nonce.of_core();
    let [f0, f1, f2, f3] = frame_len;
    let [b0, b1] = batch_index;
    crc32c_append(0, &[n0, n1, n2, n3, n4, n5, n6, n7, f0, f1, f2, f3, b0, b1])
}

/// `payload_crc`: the other half of the nonce, the state and, if present, salt and payload.
fn payload_crc(nonce: &Nonce, state: u8, salt_and_payload: &[u8]) -> u32 {
    let [n0, n1, n2, n3, n4, n5, n6, n7] = nonce.of_payload();
    let crc = crc32c_append(0, &[n0, n1, n2, n3, n4, n5, n6, n7, state]);
    crc32c_append(crc, salt_and_payload)
}

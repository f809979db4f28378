//! The bytes of a run: `index/ids-<20-digit first>-<20-digit end>.idx`.
//!
//! Blocks of 4,096 bytes: one with the header, then the filter's, then the entries'. The last four
//! bytes of each are a CRC-32C over the run's identity, the block's number and its other bytes, so
//! that neither a flipped bit nor a block from another place or file goes unseen. Integers are
//! big-endian. The header block:
//!
//! | offset | size | field |
//! |---|---|---|
//! | 0 | 8 | `WEFTIDS1` |
//! | 8 | 32 | log id |
//! | 40 | 8 | first: position of the first record |
//! | 48 | 8 | end: position after the last record |
//! | 56 | 32 | link of record end-1 |
//! | 88 | 16 | seed of the fingerprints |
//! | 104 | 8 | lines of the filter, 64 bytes each |
//! | 112 | 8 | entries |
//!
//! A filter block has 63 lines, an entry block 170 entries of 24 bytes (fingerprint 16, seq 8) in
//! the order of their fingerprints; the rest of a block is zero.

use crate::hash::Digest;
use crate::ids::Seed;

/// The folder of everything that is derived for looking things up.
pub(super) const DIR: &str = "index";

pub(super) const BLOCK_BYTES: usize = 4_096;
/// Bytes of a block before its checksum.
pub(super) const BODY_BYTES: usize = BLOCK_BYTES - 4;
pub(super) const LINE_BYTES: usize = 64;
pub(super) const LINES_PER_BLOCK: u64 = 63;
pub(super) const ENTRY_BYTES: usize = 24;
pub(super) const ENTRIES_PER_BLOCK: u64 = 170;

const _: () = assert!(LINES_PER_BLOCK * LINE_BYTES as u64 <= BODY_BYTES as u64);
const _: () = assert!(ENTRIES_PER_BLOCK * ENTRY_BYTES as u64 <= BODY_BYTES as u64);

/// Bits of the filter for each entry.
const FILTER_BITS_PER_ENTRY: u64 = 12;

const MAGIC: [u8; 8] = *b"WEFTIDS1";

/// What a run is: known before its first entry is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    pub(super) log_id: Digest,
    pub(super) first: u64,
    pub(super) end: u64,
    pub(super) link: Digest,
    pub(super) seed: Seed,
    /// Lines of the filter, at least one.
    pub(super) lines: u64,
}

/// The header of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RunHeader {
    pub(super) identity: Identity,
    pub(super) entries: u64,
}

impl Identity {
    /// Lines that a filter for so many entries needs.
    pub(super) fn lines_for(entries: u64) -> u64 {
        let bits = 8 * LINE_BYTES as u64;
        (entries * FILTER_BITS_PER_ENTRY).div_ceil(bits).max(1)
    }

    /// What the checksum of each block starts from.
    pub(super) fn binding(&self) -> u32 {
        crc32c::crc32c(&self.encode())
    }

    pub(super) fn path(&self) -> String {
        format!("{DIR}/{}", name(self.first, self.end))
    }

    fn encode(&self) -> [u8; 112] {
        let mut bytes = [0; 112];
        let mut rest = bytes.as_mut_slice();
        let parts: [&[u8]; 7] = [
            &MAGIC,
            &self.log_id.0,
            &self.first.to_be_bytes(),
            &self.end.to_be_bytes(),
            &self.link.0,
            &self.seed.0,
            &self.lines.to_be_bytes(),
        ];
        for part in parts {
            let (here, after) = rest.split_at_mut(part.len());
            here.copy_from_slice(part);
            rest = after;
        }
        bytes
    }
}

impl RunHeader {
    pub(super) fn encode(&self) -> [u8; BODY_BYTES] {
        let mut body = [0; BODY_BYTES];
        let bytes = self.identity.encode();
        let (front, rest) = body.split_at_mut(bytes.len());
        front.copy_from_slice(&bytes);
        let (entries, _) = rest.split_at_mut(8);
        entries.copy_from_slice(&self.entries.to_be_bytes());
        body
    }

    /// The header that a block holds; `None` if it holds none.
    pub(super) fn decode(block: &[u8; BLOCK_BYTES]) -> Option<RunHeader> {
        let mut rest = block.as_slice();
        let magic: [u8; 8] = take(&mut rest)?;
        let identity = Identity {
            log_id: Digest(take(&mut rest)?),
            first: u64::from_be_bytes(take(&mut rest)?),
            end: u64::from_be_bytes(take(&mut rest)?),
            link: Digest(take(&mut rest)?),
            seed: Seed(take(&mut rest)?),
            lines: u64::from_be_bytes(take(&mut rest)?),
        };
        let entries = u64::from_be_bytes(take(&mut rest)?);
        let header = RunHeader { identity, entries };
        let good = magic == MAGIC && check(identity.binding(), 0, block).is_some();
        (good && header.is_possible()).then_some(header)
    }

    fn is_possible(&self) -> bool {
        let Identity { first, end, lines, .. } = self.identity;
        let records = end.saturating_sub(first);
        (1..=records).contains(&self.entries) && lines == Identity::lines_for(records)
    }

    /// Number of the first block with entries.
    pub(super) fn entries_from(&self) -> u64 {
        1 + self.identity.lines.div_ceil(LINES_PER_BLOCK)
    }

    /// How many blocks have entries.
    pub(super) fn entry_blocks(&self) -> u64 {
        self.entries.div_ceil(ENTRIES_PER_BLOCK)
    }

    /// How many entries a block of entries has, counted from 0.
    pub(super) fn entries_in(&self, block: u64) -> u64 {
        self.entries.saturating_sub(block * ENTRIES_PER_BLOCK).min(ENTRIES_PER_BLOCK)
    }

    /// Bytes of the whole file.
    pub(super) fn file_bytes(&self) -> u64 {
        (self.entries_from() + self.entry_blocks()) * BLOCK_BYTES as u64
    }
}

/// The checksum of a block.
pub(super) fn checksum(binding: u32, number: u64, body: &[u8]) -> [u8; 4] {
    let crc = crc32c::crc32c_append(binding, &number.to_be_bytes());
    crc32c::crc32c_append(crc, body).to_be_bytes()
}

/// The body of a block whose checksum holds.
pub(super) fn check(binding: u32, number: u64, block: &[u8]) -> Option<&[u8]> {
    let (body, crc) = block.split_last_chunk::<4>()?;
    (checksum(binding, number, body) == *crc).then_some(body)
}

pub(super) fn name(first: u64, end: u64) -> String {
    format!("ids-{first:020}-{end:020}.idx")
}

/// First and end of the run that a file's name announces.
pub(super) fn parse_name(file: &str) -> Option<(u64, u64)> {
    let (first, end) = file.strip_prefix("ids-")?.strip_suffix(".idx")?.split_once('-')?;
    let (first, end) = (first.parse().ok()?, end.parse().ok()?);
    (first < end && name(first, end) == file).then_some((first, end))
}

/// Takes bytes off the front.
pub(super) fn take<const LEN: usize>(rest: &mut &[u8]) -> Option<[u8; LEN]> {
    let (part, after) = rest.split_first_chunk::<LEN>()?;
    *rest = after;
    Some(*part)
}

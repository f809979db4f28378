//! A snapshot, and the part of it that says what it is of.

use crate::kernel::Head;
use weft_projections::{Digest, STATE_VERSION, Seq, State, Time};

/// The layout of the file.
pub(super) const MAGIC: [u8; 8] = *b"WEFTSNP1";
/// Bytes before State.
pub(super) const HEADER_BYTES: usize = 8 + 4 + 8 + 32 + 8 + 8 + 8 + 32 + 8;

/// Where a record begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FramePlace {
    /// First seq of the segment.
    pub segment: Seq,
    /// Offset of its frame in the segment, in bytes.
    pub offset: u64,
}

/// What a snapshot is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Version of the meaning of State.
    pub state_version: u32,
    /// The last record that is in it.
    pub head: Head,
    /// Where the batch begins that ends with the record.
    pub batch: FramePlace,
    /// Root of State.
    pub root: Digest,
}

/// What a snapshot says of State, for the log (FORMAT 5, `kernel.snapshot`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The last record that is in State.
    pub seq: Seq,
    /// Root of State.
    pub root: Digest,
}

/// State, and where in the log it was.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// What it is of.
    pub header: Header,
    /// The State; its tree is not sealed when it comes from a file.
    pub state: State,
}

impl Snapshot {
    /// A snapshot of State as of a record; hashes all of State.
    pub fn of(state: State, head: Head, batch: FramePlace) -> Snapshot {
        let root = state.root();
        Snapshot { header: Header { state_version: STATE_VERSION, head, batch, root }, state }
    }
}

impl Header {
    /// What it says of State.
    pub fn claim(&self) -> Claim {
        Claim { seq: self.head.seq, root: self.root }
    }

    /// The bytes before a State of `state_bytes` bytes.
    pub(super) fn encode(&self, state_bytes: u64) -> [u8; HEADER_BYTES] {
        let Header { state_version, head, batch, root } = self;
        let Head { seq, link, time } = head;
        let FramePlace { segment, offset } = batch;
        let mut bytes = [0; HEADER_BYTES];
        let parts: [&[u8]; 9] = [
            &MAGIC,
            &state_version.to_be_bytes(),
            &seq.0.to_be_bytes(),
            link.as_bytes(),
            &time.0.to_be_bytes(),
            &segment.0.to_be_bytes(),
            &offset.to_be_bytes(),
            root.as_bytes(),
            &state_bytes.to_be_bytes(),
        ];
        bytes.iter_mut().zip(parts.into_iter().flatten()).for_each(|(to, from)| *to = *from);
        bytes
    }

    /// The header and the length of State; `None` for another magic.
    pub(super) fn decode(bytes: &[u8; HEADER_BYTES]) -> Option<(Header, u64)> {
        let rest = bytes.strip_prefix(&MAGIC)?;
        let (state_version, rest) = rest.split_first_chunk()?;
        let (seq, rest) = rest.split_first_chunk()?;
        let (link, rest) = rest.split_first_chunk()?;
        let (time, rest) = rest.split_first_chunk()?;
        let (segment, rest) = rest.split_first_chunk()?;
        let (offset, rest) = rest.split_first_chunk()?;
        let (root, rest) = rest.split_first_chunk()?;
        let (state_bytes, _) = rest.split_first_chunk()?;
        let header = Header {
            state_version: u32::from_be_bytes(*state_version),
            head: Head {
                seq: Seq(u64::from_be_bytes(*seq)),
                link: Digest(*link),
                time: Time(u64::from_be_bytes(*time)),
            },
            batch: FramePlace {
                segment: Seq(u64::from_be_bytes(*segment)),
                offset: u64::from_be_bytes(*offset),
            },
            root: Digest(*root),
        };
        Some((header, u64::from_be_bytes(*state_bytes)))
    }
}

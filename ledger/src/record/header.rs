//! The fixed, public part of a record: 128 bytes (FORMAT.md 1).

use crate::hash::Digest;
use crate::limits::{CORE_BYTES_MAX, HEADER_BYTES, PAYLOAD_BYTES_MAX};
use crate::reason::Reason;
use crate::record::Verdict;
use crate::record::kind;

/// The first bytes of every header: "EX".
pub const MAGIC: [u8; 2] = *b"EX";

/// The version of the record format.
pub const FORMAT: u8 = 1;

/// The latest version of the core's encoding: that of key 3 of a request, the length of a blob. A record has
/// the lowest version that has all its keys (docs/decisions/0009).
pub const CORE_VERSION: u8 = 2;

/// `cause` of a record that nothing led to.
const NO_CAUSE: u64 = u64::MAX;

const FLAG_PAYLOAD: u8 = 1;
const FLAG_REJECTED: u8 = 2;

/// Bits of an actor that hold its id; its class is in the byte above.
const ACTOR_ID_BITS: u32 = 56;

/// A record's header. Every value that [`Header::decode`] returns has passed [`Header::check`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Version of the core's encoding, from 1.
    pub core_version: u8,
    /// Number of the command's kind.
    pub kind: u16,
    /// What the gate ruled.
    pub verdict: Verdict,
    /// Whether the command was rejected after the gate had let it through.
    pub rejected: bool,
    /// Whether the record was written with a payload.
    pub has_payload: bool,
    /// Position in the log, from 0.
    pub seq: u64,
    /// Hybrid clock: milliseconds since 1970 in the upper 48 bits, a counter below.
    pub time: u64,
    /// Who asked: class in the top byte, id in the lower 56 bits.
    pub actor: u64,
    /// Position of the record that led to this one.
    pub cause: Option<u64>,
    /// The caller's idempotency key, not all zero.
    pub command_id: [u8; 16],
    /// Bytes of core, 1 to [`CORE_BYTES_MAX`].
    pub core_len: u32,
    /// Bytes of payload, 0 to [`PAYLOAD_BYTES_MAX`]; 0 exactly when there is none.
    pub payload_len: u32,
    /// Commitment to the core.
    pub core_commit: Digest,
    /// Link of the record before; zero for record 0.
    pub prev: Digest,
}

impl Header {
    /// The 128 bytes.
    #[must_use]
    pub fn encode(&self) -> [u8; HEADER_BYTES] {
        let mut bytes = [0; HEADER_BYTES];
        put::<0, 2>(&mut bytes, MAGIC);
        put::<2, 2>(&mut bytes, [FORMAT, self.core_version]);
        put::<4, 2>(&mut bytes, self.kind.to_be_bytes());
        put::<6, 2>(&mut bytes, [self.verdict.as_u8(), self.flags()]);
        put::<8, 8>(&mut bytes, self.seq.to_be_bytes());
        put::<16, 8>(&mut bytes, self.time.to_be_bytes());
        put::<24, 8>(&mut bytes, self.actor.to_be_bytes());
        put::<32, 8>(&mut bytes, self.cause.unwrap_or(NO_CAUSE).to_be_bytes());
        put::<40, 16>(&mut bytes, self.command_id);
        put::<56, 4>(&mut bytes, self.core_len.to_be_bytes());
        put::<60, 4>(&mut bytes, self.payload_len.to_be_bytes());
        put::<64, 32>(&mut bytes, self.core_commit.0);
        put::<96, 32>(&mut bytes, self.prev.0);
        bytes
    }

    /// The header that these bytes hold.
    ///
    /// # Errors
    /// When they break any rule of the format that can be judged from one header alone.
    pub fn decode(bytes: &[u8; HEADER_BYTES]) -> Result<Header, Reason> {
        if get::<0, 2>(bytes) != MAGIC {
            return Err(Reason::Magic);
        }
        let [format, core_version] = get::<2, 2>(bytes);
        if format != FORMAT {
            return Err(Reason::Format { found: format });
        }
        let [verdict, flags] = get::<6, 2>(bytes);
        if flags & !(FLAG_PAYLOAD | FLAG_REJECTED) != 0 {
            return Err(Reason::Flags { found: flags });
        }
        let cause = u64::from_be_bytes(get::<32, 8>(bytes));
        let header = Header {
            core_version,
            kind: u16::from_be_bytes(get::<4, 2>(bytes)),
            verdict: Verdict::from_u8(verdict).ok_or(Reason::Verdict { found: verdict })?,
            rejected: flags & FLAG_REJECTED != 0,
            has_payload: flags & FLAG_PAYLOAD != 0,
            seq: u64::from_be_bytes(get::<8, 8>(bytes)),
            time: u64::from_be_bytes(get::<16, 8>(bytes)),
            actor: u64::from_be_bytes(get::<24, 8>(bytes)),
            cause: (cause != NO_CAUSE).then_some(cause),
            command_id: get::<40, 16>(bytes),
            core_len: u32::from_be_bytes(get::<56, 4>(bytes)),
            payload_len: u32::from_be_bytes(get::<60, 4>(bytes)),
            core_commit: Digest(get::<64, 32>(bytes)),
            prev: Digest(get::<96, 32>(bytes)),
        };
        header.check()?;
        Ok(header)
    }

    /// Holds the header to every rule that can be judged from it alone.
    ///
    /// # Errors
    /// The first rule it breaks.
    pub fn check(&self) -> Result<(), Reason> {
        if self.core_version == 0 {
            return Err(Reason::CoreVersion);
        }
        self.check_lengths()?;
        check_actor(self.actor)?;
        if self.command_id == [0; 16] {
            return Err(Reason::CommandId);
        }
        if let Some(cause) = self.cause.filter(|cause| *cause >= self.seq) {
            return Err(Reason::Cause { found: cause });
        }
        if self.rejected && !self.verdict.lets_through() {
            return Err(Reason::RejectedVerdict);
        }
        if self.seq == 0 && self.prev != Digest::ZERO {
            return Err(Reason::Prev);
        }
        kind::check(self)
    }

    fn check_lengths(&self) -> Result<(), Reason> {
        if self.core_len == 0 || self.core_len as usize > CORE_BYTES_MAX {
            return Err(Reason::CoreLen { found: self.core_len });
        }
        let fits = self.payload_len as usize <= PAYLOAD_BYTES_MAX;
        if !fits || self.has_payload != (self.payload_len > 0) {
            return Err(Reason::PayloadLen { found: self.payload_len });
        }
        Ok(())
    }

    /// Whether the command did what it asked: let through by the gate and not rejected after.
    #[must_use]
    pub fn took_effect(&self) -> bool {
        self.verdict.lets_through() && !self.rejected
    }

    fn flags(&self) -> u8 {
        let payload = if self.has_payload { FLAG_PAYLOAD } else { 0 };
        let rejected = if self.rejected { FLAG_REJECTED } else { 0 };
        payload | rejected
    }
}

/// Kernel and unauthenticated callers have id 0; processes and operators count from 1.
fn check_actor(actor: u64) -> Result<(), Reason> {
    let class = actor >> ACTOR_ID_BITS;
    let id = actor & ((1 << ACTOR_ID_BITS) - 1);
    let valid = match class {
        0 | 4 => id == 0,
        1 | 2 => id >= 1,
        3 => true,
        5.. => false,
    };
    if valid { Ok(()) } else { Err(Reason::Actor { found: actor }) }
}

#[inline]
fn get<const AT: usize, const LEN: usize>(bytes: &[u8; HEADER_BYTES]) -> [u8; LEN] {
    const { assert!(AT + LEN <= HEADER_BYTES) };
    bytes.get(AT..AT + LEN).and_then(|part| part.try_into().ok()).expect("lies within the header")
}

#[inline]
fn put<const AT: usize, const LEN: usize>(bytes: &mut [u8; HEADER_BYTES], value: [u8; LEN]) {
    const { assert!(AT + LEN <= HEADER_BYTES) };
    bytes.get_mut(AT..AT + LEN).expect("lies within the header").copy_from_slice(&value);
}

/// `core_len` and `payload_len` of a header that may yet turn out to be garbage.
#[inline]
pub(crate) fn raw_lens(bytes: &[u8; HEADER_BYTES]) -> (u32, u32) {
    (u32::from_be_bytes(get::<56, 4>(bytes)), u32::from_be_bytes(get::<60, 4>(bytes)))
}

/// `seq` of a header that may yet turn out to be garbage.
#[inline]
pub(crate) fn raw_seq(bytes: &[u8; HEADER_BYTES]) -> u64 {
    u64::from_be_bytes(get::<8, 8>(bytes))
}

/// `core_commit` of a header that may yet turn out to be garbage.
#[inline]
pub(crate) fn raw_core_commit(bytes: &[u8; HEADER_BYTES]) -> Digest {
    Digest(get::<64, 32>(bytes))
}

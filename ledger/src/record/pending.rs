//! A record that has been decided and waits to be committed.

use std::sync::Arc;

use crate::hash::Digest;
use crate::limits::{FRAME_OVERHEAD_BYTES, SALT_BYTES};
use crate::record::{Verdict, payload_commit};

/// Everything of a record that the caller knows; the log adds lengths, commitments and links.
#[derive(Clone, Debug)]
pub struct Pending {
    /// Number of the command's kind.
    pub kind: u16,
    /// Version of the core's encoding, 1 to [`crate::CORE_VERSION`].
    pub core_version: u8,
    /// What the gate ruled.
    pub verdict: Verdict,
    /// Whether the command was rejected after the gate had let it through.
    pub rejected: bool,
    /// The log's size when this record is written: the position it is to have.
    pub seq: u64,
    /// Hybrid clock, greater than the record before.
    pub time: u64,
    /// Who asked: class in the top byte, id in the lower 56 bits.
    pub actor: u64,
    /// Position of the record that led to this one.
    pub cause: Option<u64>,
    /// The caller's idempotency key, not all zero.
    pub command_id: [u8; 16],
    /// 16 random bytes of the core's own.
    pub salt: [u8; SALT_BYTES],
    /// The core: canonical CBOR, with the payload's commitment under key 5 if there is one.
    pub core: Vec<u8>,
    /// The payload, if there is one.
    pub payload: Option<PayloadPart>,
}

impl Pending {
    /// Bytes that the record's frame takes in a segment.
    #[must_use]
    pub fn frame_bytes(&self) -> u64 {
        let payload = self.payload.as_ref().map_or(0, |part| SALT_BYTES + part.bytes.len());
        (FRAME_OVERHEAD_BYTES + self.core.len() + payload) as u64
    }
}

/// A payload with its salt and the commitment that the core must hold.
#[derive(Clone, Debug)]
pub struct PayloadPart {
    salt: [u8; SALT_BYTES],
    bytes: Arc<[u8]>,
    commit: Digest,
}

impl PayloadPart {
    /// A payload under 16 random bytes of its own. Hashes the bytes, once.
    #[must_use]
    pub fn new(salt: [u8; SALT_BYTES], bytes: Arc<[u8]>) -> PayloadPart {
        let commit = payload_commit(&salt, &bytes);
        PayloadPart { salt, bytes, commit }
    }

    /// The salt.
    #[must_use]
    pub fn salt(&self) -> &[u8; SALT_BYTES] {
        &self.salt
    }

    /// The payload's bytes: 1 to 1 MiB in a record that can be committed.
    #[must_use]
    pub fn bytes(&self) -> &Arc<[u8]> {
        &self.bytes
    }

    /// The commitment that goes under key 5 of the core.
    #[must_use]
    pub fn commit(&self) -> Digest {
        self.commit
    }
}

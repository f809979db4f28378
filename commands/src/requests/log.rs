//! `log.*`: what the ledger itself understands (FORMAT.md 5).

use minicbor::{Decode, Encode};
use weft_projections::{Digest, Reason, Seq, events};

/// `log.genesis`: the first record of a log.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Genesis {
    /// Whose log this is: 1 to [`limits::ORIGIN_BYTES_MAX`](weft_projections::limits::ORIGIN_BYTES_MAX) bytes
    /// without white space, control characters and '+'.
    #[n(0)]
    pub origin: String,
    /// The Ed25519 public key that signs checkpoints.
    #[n(1)]
    pub log_key: Digest,
    /// The text of the constitution, at most 48 KiB.
    #[n(2)]
    pub constitution: String,
    /// 32 bytes drawn at birth.
    #[n(3)]
    pub entropy: Digest,
    /// The Ed25519 public key of operator 1.
    #[n(4)]
    pub operator_key: Digest,
    /// The record of another log that this one continues from.
    #[n(5)]
    pub fork: Option<Fork>,
}

/// Where a fork leaves its origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Fork {
    /// The old log's id.
    #[n(0)]
    pub log_id: Digest,
    /// The last record they share.
    #[n(1)]
    pub seq: Seq,
    /// That record's link.
    #[n(2)]
    pub link: Digest,
}

impl From<Fork> for events::Fork {
    fn from(Fork { log_id, seq, link }: Fork) -> events::Fork {
        events::Fork { log_id, seq, link }
    }
}

/// `log.redact`: erase the payload of a record.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Redact {
    /// The record.
    #[n(0)]
    pub seq: Seq,
    /// Why. It stays on the chain: what is to be forgotten does not belong into it.
    #[n(1)]
    pub reason: Reason,
}

/// `log.rotate_key`: have checkpoints signed with another key from now on.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct RotateKey {
    /// The Ed25519 public key that is to sign; the node has its secret already.
    #[n(0)]
    pub new_key: Digest,
}

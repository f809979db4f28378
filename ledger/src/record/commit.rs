//! Links and commitments (FORMAT.md 1).

use crate::hash::{Digest, Hasher, Shake};
use crate::limits::{HEADER_BYTES, SALT_BYTES};
use crate::record::Pending;
use weft_hashing::shake_each;

const CORE_PREFIX: &[u8] = b"exochain/core/1";
const PAYLOAD_PREFIX: &[u8] = b"exochain/payload/1";

/// `SHAKE(header)`: what the next record's `prev` holds. The link of record 0 is the log id.
#[must_use]
pub fn link(header: &[u8; HEADER_BYTES]) -> Digest {
    link_with::<Shake>(header)
}

/// The commitment to a core under its salt.
#[must_use]
pub fn core_commit(salt: &[u8; SALT_BYTES], core: &[u8]) -> Digest {
    Shake::hash(&[CORE_PREFIX, salt, core])
}

/// [`core_commit`] of each record of a batch.
pub(crate) fn core_commits(batch: &[Pending]) -> Vec<Digest> {
    let inputs: Vec<[&[u8]; 2]> =
        batch.iter().map(|record| [&record.salt[..], &record.core]).collect();
    shake_each(CORE_PREFIX, &inputs).into_iter().map(Digest).collect()
}

/// The commitment to a payload under its salt; the core's key 5 holds it.
#[must_use]
pub fn payload_commit(salt: &[u8; SALT_BYTES], payload: &[u8]) -> Digest {
    Shake::hash(&[PAYLOAD_PREFIX, salt, payload])
}

pub(crate) fn link_with<H: Hasher>(header: &[u8; HEADER_BYTES]) -> Digest {
    H::hash(&[header])
}

/// Salt and core lie side by side in a frame, so they come as one slice.
pub(crate) fn core_commit_with<H: Hasher>(salt_and_core: &[u8]) -> Digest {
    H::hash(&[CORE_PREFIX, salt_and_core])
}

/// Salt and payload lie side by side in a frame, so they come as one slice.
pub(crate) fn payload_commit_with<H: Hasher>(salt_and_payload: &[u8]) -> Digest {
    H::hash(&[PAYLOAD_PREFIX, salt_and_payload])
}

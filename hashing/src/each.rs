//! Which of the two ways a batch of inputs is hashed.

use crate::vector::Permutation;
use crate::{Stream, slots};

/// Bytes of a digest.
pub const DIGEST_BYTES: usize = 32;

/// SHAKE-256, 32 bytes out (FIPS 202), of the prefix and then the parts of each input, one after another and without
/// separators. The digests come in the order of the inputs.
///
/// Inputs may have any lengths. Memory is taken for the digests and for nothing else.
#[must_use]
pub fn shake_each<const PARTS: usize>(
    prefix: &[u8],
    inputs: &[[&[u8]; PARTS]],
) -> Vec<[u8; DIGEST_BYTES]> {
    // A lone input gains nothing from its empty neighbours.
    let permutation = if inputs.len() > 1 { Permutation::detect() } else { None };
    match permutation {
        Some(permutation) => slots::shake_each(permutation, prefix, inputs),
        None => inputs.iter().map(|parts| shake_one(prefix, parts)).collect(),
    }
}

pub(crate) fn shake_one(prefix: &[u8], parts: &[&[u8]]) -> [u8; DIGEST_BYTES] {
    let mut stream = Stream::default();
    stream.update(prefix);
    parts.iter().for_each(|part| stream.update(part));
    stream.finish()
}

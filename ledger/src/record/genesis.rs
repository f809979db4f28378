//! What record 0 must hold (FORMAT.md 5): the constitution's text in the request, and an event that
//! names its digest.

use crate::hash::{Digest, Hasher};
use crate::limits::{CONSTITUTION_BYTES_MAX, ORIGIN_BYTES_MAX};
use crate::reason::Reason;
use crate::record::cbor::{BYTES, MAP, TEXT, UNSIGNED, Walk};
use crate::record::core::{expect, shape};

const CONSTITUTION_PREFIX: &[u8] = b"weft/constitution/1";
const CONSTITUTION_KEY: u64 = 2;
const DIGEST_BYTES: u64 = 32;
const FIELDS: u64 = 5;
const FIELDS_OF_A_FORK: u64 = 8;

/// The digest of the constitution whose text is in the arguments.
pub(super) fn of_request<H: Hasher>(arguments: &mut Walk<'_>) -> Result<Digest, Reason> {
    let count = expect(arguments, MAP, "the arguments of log.genesis are not a map")?;
    let mut text = None;
    arguments.entries(count, |walk, key| {
        if key != (UNSIGNED, CONSTITUTION_KEY) {
            return walk.item(1);
        }
        let len = expect(walk, TEXT, "the constitution is not text")?;
        if len > CONSTITUTION_BYTES_MAX {
            return Err(Reason::ConstitutionLen { found: len });
        }
        text = Some(walk.text(len)?);
        Ok(())
    })?;
    let text = text.ok_or_else(|| shape(arguments, "log.genesis holds no constitution"))?;
    Ok(H::hash(&[CONSTITUTION_PREFIX, text.as_bytes()]))
}

/// Reads the event's fields: origin, log key, constitution, entropy and operator key; for a fork
/// also the old log's id, position and link. The constitution's digest.
pub(super) fn of_event(walk: &mut Walk<'_>, count: u64) -> Result<Digest, Reason> {
    if count != FIELDS && count != FIELDS_OF_A_FORK {
        return Err(shape(walk, "the number of fields is wrong"));
    }
    let len = expect(walk, TEXT, "a field is not text")?;
    let origin = walk.text(len)?;
    let bad = |c: char| c.is_whitespace() || c.is_control() || c == '+';
    if !(1..=ORIGIN_BYTES_MAX).contains(&len) || origin.contains(bad) {
        return Err(shape(walk, "the origin is not one that a checkpoint can begin with"));
    }
    let [_log_key, constitution, _entropy, _operator_key] =
        [digest(walk)?, digest(walk)?, digest(walk)?, digest(walk)?];
    if count == FIELDS_OF_A_FORK {
        digest(walk)?;
        expect(walk, UNSIGNED, "the old log's position is not a number")?;
        digest(walk)?;
    }
    Ok(constitution)
}

fn digest(walk: &mut Walk<'_>) -> Result<Digest, Reason> {
    if expect(walk, BYTES, "a field is not a byte string")? != DIGEST_BYTES {
        return Err(shape(walk, "a byte string has the wrong length"));
    }
    let bytes = walk.take(DIGEST_BYTES)?;
    bytes.try_into().map(Digest).map_err(|_| shape(walk, "a byte string has the wrong length"))
}

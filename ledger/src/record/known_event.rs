//! The events of the kinds below 64, whose fields the format fixes (FORMAT.md 5).

use crate::hash::Digest;
use crate::reason::Reason;
use crate::record::cbor::{ARRAY, BYTES, TEXT, UNSIGNED, Walk};
use crate::record::core::{expect, shape};
use crate::record::{Header, genesis, kind};

const VERSION: u64 = 1;
const KEY_BYTES: u64 = 32;
const SIGNATURE_BYTES: u64 = 64;

/// Whether the record must carry exactly the event of its kind.
pub(super) fn is_needed(header: &Header) -> bool {
    header.kind < kind::KERNEL_FIRST && header.kind != kind::UNRECOGNISED && header.took_effect()
}

/// What the ledger reads out of such an event.
#[derive(Clone, Copy)]
pub(super) enum Known {
    /// A redaction of this position's payload.
    Redacts(u64),
    /// A genesis under the constitution of this digest.
    Constitution(Digest),
    /// Nothing.
    Nothing,
}

/// Checks type, version and fields of the one event such a record has.
pub(super) fn check(
    header: &Header,
    number: u64,
    version: u64,
    walk: &mut Walk<'_>,
) -> Result<Known, Reason> {
    if number != u64::from(header.kind) || version != VERSION {
        return Err(Reason::KindEvent { kind: header.kind });
    }
    let count = expect(walk, ARRAY, "the fields are not an array")?;
    match header.kind {
        kind::GENESIS => return genesis::of_event(walk, count).map(Known::Constitution),
        kind::REDACT => {
            fields(walk, count, 2)?;
            let seq = earlier(walk, header)?;
            text(walk)?;
            return Ok(Known::Redacts(seq));
        }
        kind::ROTATE_KEY => {
            fields(walk, count, 2)?;
            bytes(walk, KEY_BYTES)?;
            bytes(walk, SIGNATURE_BYTES)?;
        }
        _ => {
            fields(walk, count, 3)?;
            earlier(walk, header)?;
            expect(walk, UNSIGNED, "state_version is not a number")?;
            bytes(walk, KEY_BYTES)?;
        }
    }
    Ok(Known::Nothing)
}

fn fields(walk: &Walk<'_>, found: u64, expected: u64) -> Result<(), Reason> {
    if found == expected { Ok(()) } else { Err(shape(walk, "the number of fields is wrong")) }
}

fn earlier(walk: &mut Walk<'_>, header: &Header) -> Result<u64, Reason> {
    let seq = expect(walk, UNSIGNED, "the position is not a number")?;
    if seq < header.seq { Ok(seq) } else { Err(shape(walk, "the position is not an earlier one")) }
}

fn text<'a>(walk: &mut Walk<'a>) -> Result<&'a str, Reason> {
    let len = expect(walk, TEXT, "a field is not text")?;
    walk.text(len)
}

fn bytes(walk: &mut Walk<'_>, len: u64) -> Result<(), Reason> {
    let found = expect(walk, BYTES, "a field is not a byte string")?;
    if found != len {
        return Err(shape(walk, "a byte string has the wrong length"));
    }
    walk.take(found).map(drop)
}

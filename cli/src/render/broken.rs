//! The bad answer of `weft chain verify`.

use super::Out;
use super::table::pairs;
use crate::error::Error;
use serde::Serialize;
use weft_ledger::Class;

#[derive(Serialize)]
struct Document<'a> {
    verified: bool,
    /// The first bad record, where the damage has a place.
    seq: Option<u64>,
    segment: Option<&'a str>,
    offset: Option<u64>,
    /// What kind of damage it is.
    class: Option<&'static str>,
    reason: String,
}

/// Says where the log breaks. A log that cannot be read at all is not a finding, only an error.
pub(crate) fn broken(out: &Out, error: &weft_ledger::Error) -> Result<(), Error> {
    let Some(document) = document(error) else { return Ok(()) };
    if out.is_json() {
        return out.json(&document);
    }
    let number = |number: Option<u64>| {
        number.map_or_else(|| "unknown".to_owned(), |number| number.to_string())
    };
    pairs(
        out,
        &[
            ("verified", "no".to_owned()),
            ("first bad record", number(document.seq)),
            ("segment", document.segment.unwrap_or("unknown").to_owned()),
            ("byte", number(document.offset)),
            ("class", document.class.unwrap_or("unknown").to_owned()),
            ("reason", document.reason),
        ],
    )
}

fn document(error: &weft_ledger::Error) -> Option<Document<'_>> {
    if let weft_ledger::Error::Integrity(damage) = error {
        return Some(Document {
            verified: false,
            seq: Some(damage.seq),
            segment: Some(&damage.segment),
            offset: Some(damage.offset),
            class: Class::of_error(error).map(Class::word),
            reason: damage.reason.to_string(),
        });
    }
    let (weft_ledger::Error::FirstSegmentMissing { file }
    | weft_ledger::Error::UnknownFile { file }) = error
    else {
        return None;
    };
    Some(Document {
        verified: false,
        seq: None,
        segment: Some(file),
        offset: None,
        class: Class::of_error(error).map(Class::word),
        reason: error.to_string(),
    })
}

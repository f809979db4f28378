//! The answer of `weft chain collect`.

use super::Out;
use super::table::pairs;
use crate::error::Error;
use serde::Serialize;
use weft_ledger::blob::{Collected, Removal};

#[derive(Serialize)]
struct Document {
    /// Blobs that no record names.
    blobs: u64,
    /// Files of blobs whose storing or erasing was cut short.
    unfinished: u64,
    /// Bytes of all of them.
    bytes: u64,
    dry_run: bool,
}

pub(crate) fn collected(out: &Out, found: Collected, removal: Removal) -> Result<(), Error> {
    let Collected { blobs, unfinished, bytes } = found;
    let dry_run = removal == Removal::DryRun;
    if out.is_json() {
        return out.json(&Document { blobs, unfinished, bytes, dry_run });
    }
    let done = if dry_run { "would be removed" } else { "removed" };
    pairs(
        out,
        &[
            (done, format!("{blobs} blobs that no record names")),
            ("unfinished", unfinished.to_string()),
            ("bytes", bytes.to_string()),
        ],
    )
}

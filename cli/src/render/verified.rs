//! The good answer of `weft chain verify`.

use super::Out;
use super::table::pairs;
use crate::error::Error;
use serde::Serialize;
use weft_ledger::{Hashing, Reason, Report, Tail, Torn};
use weft_runtime::api::json::Head;

#[derive(Serialize)]
struct Document<'a> {
    verified: bool,
    log_id: String,
    size: u64,
    head: Head,
    segments: u64,
    bytes: u64,
    hasher: &'static str,
    torn: Option<TornTail<'a>>,
}

/// A write that never came to its end.
#[derive(Serialize)]
struct TornTail<'a> {
    seq: u64,
    segment: &'a str,
    offset: u64,
    bytes: u64,
    reason: String,
}

pub(crate) fn verified(out: &Out, report: &Report, hashing: Hashing) -> Result<(), Error> {
    let (link, last) = (report.head.link.to_string(), report.head.size.saturating_sub(1));
    let torn = torn(&report.tail);
    if out.is_json() {
        return out.json(&Document {
            verified: true,
            log_id: report.log_id.to_string(),
            size: report.head.size,
            head: Head { seq: last, link },
            segments: report.segments,
            bytes: report.bytes,
            hasher: name(hashing),
            torn: torn.map(TornTail::from),
        });
    }
    pairs(
        out,
        &[
            (
                "verified",
                format!("{} records, every link, checksum and commitment", report.head.size),
            ),
            ("log id", report.log_id.to_string()),
            ("head", format!("{last} {link}")),
            ("segments", format!("{}, {} bytes", report.segments, report.bytes)),
            ("hashed with", name(hashing).to_owned()),
            ("tail", torn.map_or_else(|| "whole".to_owned(), describe)),
        ],
    )
}

fn name(hashing: Hashing) -> &'static str {
    match hashing {
        Hashing::Shake => "shake",
        Hashing::Sha3 => "sha3",
    }
}

fn torn(tail: &Tail) -> Option<&Torn> {
    match tail {
        Tail::Whole => None,
        Tail::Cut(torn) | Tail::Unsettled(torn) => Some(torn),
    }
}

fn describe(torn: &Torn) -> String {
    let Torn { seq, segment, offset, bytes, reason, .. } = torn;
    if matches!(reason, Reason::Unsynced) {
        return format!(
            "unsettled: {bytes} bytes from record {seq} on, {segment} byte {offset}: {reason}"
        );
    }
    format!(
        "torn: {bytes} bytes where record {seq} would stand, {segment} byte {offset}: {reason}; never acknowledged"
    )
}

impl<'a> From<&'a Torn> for TornTail<'a> {
    fn from(torn: &'a Torn) -> TornTail<'a> {
        let Torn { seq, segment, offset, bytes, reason, .. } = torn;
        TornTail { seq: *seq, segment, offset: *offset, bytes: *bytes, reason: reason.to_string() }
    }
}

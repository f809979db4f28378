//! The good answer of `weft chain verify`.

use super::Out;
use super::table::pairs;
use crate::error::Error;
use serde::Serialize;
use weft_ledger::{GuardState, Hashing, PendingRedactions, Reason, Report, Tail, Torn, Watched};
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
    root: String,
    checkpoints: Checkpoints,
    guard: &'static str,
    torn: Option<TornTail<'a>>,
    pending_redactions: Redactions<'a>,
}

/// Redactions whose payload is not erased in full.
#[derive(Serialize)]
struct Redactions<'a> {
    count: u64,
    /// Positions of the payloads: the first of them, if there are very many.
    seqs: &'a [u64],
}

/// The checkpoints of the log, each with its signature and its root.
#[derive(Serialize)]
struct Checkpoints {
    checked: u64,
    /// The size of the last one.
    last: Option<u64>,
    /// Whether a note follows that was never ended.
    unterminated: bool,
    cosignatures: Vec<Cosigned>,
}

/// What a witness saw last.
#[derive(Serialize)]
struct Cosigned {
    witness: String,
    size: u64,
    unix_seconds: u64,
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

/// What the guard of a log means to the one that was verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Guarded {
    /// It has to hold.
    Held,
    /// The log is a copy that nobody can write to, and the guard knows of more records.
    Behind,
}

pub(crate) fn verified(
    out: &Out,
    report: &Report,
    hashing: Hashing,
    guarded: Guarded,
) -> Result<(), Error> {
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
            root: report.watched.root.to_string(),
            checkpoints: checkpoints(&report.watched),
            guard: guard_word(&report.watched.guard, guarded),
            torn: torn.map(TornTail::from),
            pending_redactions: Redactions {
                count: report.pending.count,
                seqs: &report.pending.seqs,
            },
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
            ("checkpoints", describe_checkpoints(&report.watched)),
            ("guard", describe_guard(&report.watched.guard, guarded)),
            ("tail", torn.map_or_else(|| "whole".to_owned(), describe)),
            ("redactions", describe_redactions(&report.pending)),
        ],
    )
}

fn checkpoints(watched: &Watched) -> Checkpoints {
    let cosigned = watched.cosignatures.iter().map(|(head, seen)| Cosigned {
        witness: seen.witness.name().to_owned(),
        size: head.size,
        unix_seconds: seen.unix_seconds,
    });
    Checkpoints {
        checked: watched.checkpoints,
        last: watched.last.as_ref().map(|last| last.head().size),
        unterminated: watched.unterminated,
        cosignatures: cosigned.collect(),
    }
}

fn describe_checkpoints(watched: &Watched) -> String {
    let Checkpoints { checked, last, unterminated, cosignatures } = checkpoints(watched);
    let last = last.map_or_else(String::new, |size| format!(", the last of {size} records"));
    let torn = if unterminated { "; the end of the file is a note that was cut short" } else { "" };
    let seen =
        cosignatures.iter().map(|seen| format!("; {} saw {} records", seen.witness, seen.size));
    format!("{checked} hold{last}{}{torn}", seen.collect::<String>())
}

fn guard_word(guard: &GuardState, guarded: Guarded) -> &'static str {
    match guard {
        GuardState::Contradicted(_) if guarded == Guarded::Behind => "ahead",
        GuardState::NotLookedAt => "not_looked_at",
        GuardState::Missing => "missing",
        GuardState::Holds { .. } => "holds",
        GuardState::Contradicted(_) => "contradicted",
    }
}

fn describe_guard(guard: &GuardState, guarded: Guarded) -> String {
    match guard {
        GuardState::Contradicted(_) if guarded == Guarded::Behind => {
            "ahead: the log has gone on since this copy of it was made".to_owned()
        }
        GuardState::NotLookedAt => {
            "not looked at: no folder of the user's state is known".to_owned()
        }
        GuardState::Missing => "there is none".to_owned(),
        GuardState::Holds { size } => format!("holds, at {size} records"),
        GuardState::Contradicted(problem) => format!("contradicts the log: {problem}"),
    }
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

fn describe_redactions(pending: &PendingRedactions) -> String {
    let Some(first) = pending.seqs.first() else { return "none is pending".to_owned() };
    let count = pending.count;
    format!("{count} pending, the first of record {first}: the next opening for writing erases it")
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

//! The good answer of `weft chain verify`.

use super::Out;
use super::table::pairs;
use crate::error::Error;
use serde::Serialize;
use weft_ledger::{
    Class, GuardState, Hashing, PendingRedactions, Reason, Report, Tail, Torn, TreeHead, Watched,
};
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
    from: Option<Continued>,
    torn: Option<TornTail<'a>>,
    pending_redactions: Redactions<'a>,
}

/// The checkpoint that was kept, which the log continues.
#[derive(Serialize)]
struct Continued {
    size: u64,
    root: String,
    /// The first record that was read: 0 when what lies before could not be passed over.
    first_read: u64,
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
    class: &'static str,
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
    anchor: Option<TreeHead>,
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
            from: anchor.map(|TreeHead { size, root }| Continued {
                size,
                root: root.to_string(),
                first_read: report.first_read,
            }),
            torn: torn.map(TornTail::new),
            pending_redactions: Redactions {
                count: report.pending.count,
                seqs: &report.pending.seqs,
            },
        });
    }
    pairs(
        out,
        &[
            ("verified", describe_records(report, anchor)),
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

fn describe_records(report: &Report, anchor: Option<TreeHead>) -> String {
    let Report { first_read, head, .. } = report;
    let (size, what) = (head.size, "every link, checksum and commitment");
    let Some(TreeHead { size: kept, .. }) = anchor else {
        return format!("{size} records, {what}");
    };
    let continued = format!("they continue the {kept} records of the checkpoint that was kept");
    if *first_read == 0 {
        return format!("{size} records, {what}; {continued}");
    }
    let read = size.saturating_sub(*first_read);
    format!("{read} records from {first_read} on, {what}; {continued}, older ones were not read")
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
        Hashing::TinyKeccak => "tiny-keccak",
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
        "{}: {bytes} bytes where record {seq} would stand, {segment} byte {offset}: {reason}; never acknowledged",
        Class::TornTail
    )
}

impl<'a> TornTail<'a> {
    fn new(torn: &'a Torn) -> TornTail<'a> {
        let Torn { seq, segment, offset, bytes, reason, .. } = torn;
        let class = Class::TornTail.word();
        let (seq, offset, bytes) = (*seq, *offset, *bytes);
        TornTail { seq, segment, offset, bytes, class, reason: reason.to_string() }
    }
}

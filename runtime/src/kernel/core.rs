//! Where bytes become meaning, and meaning bytes.

use crate::Error;
use crate::kernel::Ruling;
use crate::kernel::parts::Parts;
use minicbor::{Decoder, Encoder};
use std::sync::Arc;
use weft_commands::requests::log::Genesis;
use weft_commands::{
    Command, CommandId, Stored, Submission, decode_decision, decode_request, encode_decision,
};
use weft_ledger::{BlobName, CORE_VERSION, Entry, PayloadPart, Pending};
use weft_projections::events::{self, LogGenesis};
use weft_projections::{Actor, Digest, Effect, Event, Kind, Payload, Record, Seq, Time, Verdict};

/// Where the law was enacted: this version has no command that enacts another.
const LAW: u64 = 0;

/// Versions of the core's encoding: the second one has the length of a blob in the request.
const WITHOUT_BLOBS: u8 = 1;
const WITH_BLOBS: u8 = 2;
const _: () = assert!(WITH_BLOBS == CORE_VERSION, "the ledger knows the latest one");

/// What a core binds beside request, decision and events.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Bound {
    Nothing,
    /// The commitment to a payload.
    Payload(Digest),
    /// The name of a blob.
    Blob(Digest),
}

/// `core = { 1: request, 2: decision, 3: [* event], ? 4: [blob-name], ? 5: payload-commit }`
/// (docs/format.md 2).
pub(crate) fn encode(request: &[u8], ruled: &weft_commands::Ruling, bound: Bound) -> Vec<u8> {
    let decision = encode_decision(&ruled.decision, ruled.rejection.as_ref());
    let mut core =
        Vec::with_capacity(request.len() + decision.len() + 64 * ruled.events.len() + 48);
    core.push(match bound {
        Bound::Nothing => 0xa3,
        Bound::Payload(_) | Bound::Blob(_) => 0xa4,
    });
    core.push(0x01);
    core.extend_from_slice(request);
    core.push(0x02);
    core.extend_from_slice(&decision);
    core.push(0x03);
    let Ok(()) = events::encode_events(&ruled.events, &mut Encoder::new(&mut core)) else {
        unreachable!("a vector takes every byte")
    };
    match bound {
        Bound::Nothing => {}
        Bound::Payload(commit) => {
            core.extend_from_slice(&[0x05, 0x58, 0x20]);
            core.extend_from_slice(&commit.0);
        }
        Bound::Blob(name) => {
            core.extend_from_slice(&[0x04, 0x81, 0x58, 0x20]);
            core.extend_from_slice(&name.0);
        }
    }
    core
}

/// The lowest version of the core's encoding that has every key of a request.
pub(crate) fn version(submission: &Submission) -> u8 {
    if submission.blob_len.is_some() { WITH_BLOBS } else { WITHOUT_BLOBS }
}

/// The record as the ledger takes it, with this version of the core's encoding.
pub(crate) fn pending(
    record: &Record,
    core_version: u8,
    command_id: CommandId,
    salt: [u8; 16],
    core: Vec<u8>,
    payload: Option<PayloadPart>,
) -> Pending {
    Pending {
        core_version,
        kind: record.kind.0,
        verdict: ledger_verdict(record.verdict),
        rejected: record.rejected,
        seq: record.seq.0,
        time: record.time.0,
        actor: record.actor.to_u64(),
        cause: record.cause.map(|cause| cause.0),
        command_id: command_id.to_bytes(),
        salt,
        core,
        payload,
    }
}

fn ledger_verdict(verdict: Verdict) -> weft_ledger::Verdict {
    match verdict {
        Verdict::Permit => weft_ledger::Verdict::Permit,
        Verdict::Warn => weft_ledger::Verdict::Warn,
        Verdict::Defer => weft_ledger::Verdict::Defer,
        Verdict::Deny => weft_ledger::Verdict::Deny,
    }
}

fn verdict(verdict: weft_ledger::Verdict) -> Verdict {
    match verdict {
        weft_ledger::Verdict::Permit => Verdict::Permit,
        weft_ledger::Verdict::Warn => Verdict::Warn,
        weft_ledger::Verdict::Defer => Verdict::Defer,
        weft_ledger::Verdict::Deny => Verdict::Deny,
    }
}

/// Cuts a core into its parts.
///
/// # Errors
/// [`Error::Unreadable`] for keys this version does not know.
pub(crate) fn split<'a>(entry: &'a Entry<'_>) -> Result<Parts<'a>, Error> {
    Parts::cut(entry.core()).map_err(|reason| unreadable(entry, &reason))
}

/// The record as `evolve` takes it. Request and decision are decoded as well: what a writer of this
/// version would not have written is not folded.
///
/// # Errors
/// [`Error::Unreadable`] for a core of a later version, and for one whose parts contradict each
/// other or the header.
pub fn decode_record(entry: &Entry<'_>) -> Result<Record, Error> {
    let parts = split(entry)?;
    let because = |reason: &dyn ToString| unreadable(entry, reason);
    let kind = Kind(entry.header.kind);
    let request = decode_request(kind, parts.request).map_err(|error| because(&error))?;
    let stored = decode_decision(parts.decision).map_err(|error| because(&error))?;
    let events =
        events::decode_events(&mut Decoder::new(parts.events)).map_err(|error| because(&error))?;
    agree(entry, &stored).map_err(|error| because(&error))?;
    follow(entry, &request.command, &events).map_err(|error| because(&error))?;
    let blob_len = large(&request).map_err(|error| because(&error))?;
    Ok(Record {
        seq: Seq(entry.header.seq),
        time: Time(entry.header.time),
        kind,
        actor: Actor::try_from_u64(entry.header.actor).map_err(|error| because(&error))?,
        cause: entry.header.cause.map(Seq),
        verdict: verdict(entry.header.verdict),
        rejected: entry.header.rejected,
        constitution: constitution(request.command),
        events,
        payload: content(entry, &parts, blob_len).map_err(|error| because(&error))?,
    })
}

/// Header and decision say the same: the verdict is the join of the findings, the law is the one
/// there is, and a rejection is there exactly when the flag is set.
fn agree(entry: &Entry<'_>, stored: &Stored) -> Result<(), String> {
    let (found, expected) = (verdict(entry.header.verdict), stored.decision.verdict);
    if found != expected {
        return Err(format!("verdict is {found}, and its findings say {expected}"));
    }
    let Seq(law) = stored.decision.law;
    if law != LAW {
        let known = "and the only one that this version knows is that of record";
        return Err(format!("law {law}, {known} {LAW}"));
    }
    match (entry.header.rejected, &stored.refusal) {
        (true, Some(_)) | (false, None) => Ok(()),
        (true, None) => Err("the flag of a rejection is set, and there is none".to_owned()),
        (false, Some(_)) => Err("there is a rejection, and its flag is not set".to_owned()),
    }
}

/// What took effect has one event, of the number of its kind; a genesis is the one asked for. The
/// ledger has made sure that nothing else has events.
fn follow(entry: &Entry<'_>, command: &Command, events: &[Event]) -> Result<(), String> {
    if !entry.header.took_effect() {
        return Ok(());
    }
    let kind = entry.header.kind;
    match (events, command) {
        ([Event::LogGenesis(event)], Command::Genesis(asked)) if !is_asked(event, asked) => {
            Err("event differs from the log.genesis that was asked for".to_owned())
        }
        ([event], _) if event.type_number() == kind => Ok(()),
        ([event], _) => Err(format!("event of type {} under kind {kind}", event.type_number())),
        (others, _) => Err(format!("{} events, not one", others.len())),
    }
}

/// The ledger has compared the digest with the text.
fn is_asked(event: &LogGenesis, asked: &Genesis) -> bool {
    event.origin == asked.origin
        && event.log_key == asked.log_key
        && event.entropy == asked.entropy
        && event.operator_key == asked.operator_key
        && event.fork == asked.fork.map(Into::into)
}

/// The constitution's text, which only record 0 has.
fn constitution(command: Command) -> Option<Arc<str>> {
    let Command::Genesis(genesis) = command else { return None };
    Some(genesis.constitution.into())
}

/// The length of the blob that came with a request, which has to be one that its command takes.
fn large(request: &weft_commands::Request) -> Result<Option<u32>, String> {
    let Some(len) = request.blob_len else { return Ok(None) };
    match request.command.inline_bytes_max() {
        Some(most) if len > most => Ok(Some(len)),
        Some(_) | None => Err(format!("a blob of {len} bytes, which the record would hold itself")),
    }
}

/// The content that came with a record: its payload, or the blob that it names. A blob is named exactly
/// when a request that came with one took effect, and never beside a payload.
fn content(
    entry: &Entry<'_>,
    parts: &Parts<'_>,
    blob_len: Option<u32>,
) -> Result<Option<Payload>, String> {
    let seq = Seq(entry.header.seq);
    let expected = blob_len.filter(|_| entry.header.took_effect());
    match (parts.payload, parts.blob, expected) {
        (None, None, None) => Ok(None),
        (Some(commit), None, None) if blob_len.is_none() => {
            Ok(Some(Payload { seq, commit, len: entry.header.payload_len }))
        }
        (None, Some(commit), Some(len)) => Ok(Some(Payload { seq, commit, len })),
        (Some(_), _, _) => Err("a payload beside a blob".to_owned()),
        (None, Some(_), None) => Err("a blob that no request came with".to_owned()),
        (None, None, Some(_)) => Err("no name of the blob that the request came with".to_owned()),
    }
}

/// What the gate and the decider said, as recorded.
///
/// # Errors
/// [`Error::Unreadable`] for a core of a later version.
pub(crate) fn ruling(entry: &Entry<'_>) -> Result<Ruling, Error> {
    let parts = split(entry)?;
    let stored = decode_decision(parts.decision).map_err(|error| unreadable(entry, &error))?;
    Ok(Ruling::from(stored))
}

/// A record with everything in it decoded, for people to read.
#[derive(Debug, Clone)]
pub struct RecordView {
    /// The record as it is folded.
    pub record: Record,
    /// The caller's id.
    pub command_id: [u8; 16],
    /// Its link.
    pub link: Digest,
    /// The link of the record before.
    pub prev: Digest,
    /// The commitment to its core.
    pub core_commit: Digest,
    /// What was asked.
    pub command: Command,
    /// The effect the caller expected, if it said.
    pub effect_raise: Option<Effect>,
    /// What the gate and the decider said.
    pub ruling: Ruling,
    /// What is left of its payload.
    pub payload: PayloadView,
    /// Bytes of the blob that came with the request.
    pub blob_len: Option<u32>,
    /// The name of that blob, if the command took effect.
    pub blob: Option<BlobName>,
    /// The segment its frame lies in, relative to the data directory.
    pub segment: Arc<str>,
    /// Where the frame begins in the segment, in bytes.
    pub offset: u64,
}

/// A payload as it lies in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PayloadView {
    /// There never was one.
    None,
    /// Its bytes.
    Whole(Vec<u8>),
    /// It was erased; its commitment is still in the core.
    Erased,
}

/// Decodes all of a record.
///
/// # Errors
/// [`Error::Unreadable`] for a core of a later version.
pub fn view(entry: &Entry<'_>) -> Result<RecordView, Error> {
    let parts = split(entry)?;
    let kind = Kind(entry.header.kind);
    let request = decode_request(kind, parts.request).map_err(|error| unreadable(entry, &error))?;
    Ok(RecordView {
        record: decode_record(entry)?,
        command_id: entry.header.command_id,
        link: Digest(entry.link.0),
        prev: Digest(entry.header.prev.0),
        core_commit: Digest(entry.header.core_commit.0),
        command: request.command,
        effect_raise: request.effect_raise,
        ruling: ruling(entry)?,
        payload: payload_view(entry),
        blob_len: request.blob_len,
        blob: entry.blobs().first().copied(),
        segment: entry.segment.clone(),
        offset: entry.offset,
    })
}

/// What is left of a record's payload.
pub(crate) fn payload_view(entry: &Entry<'_>) -> PayloadView {
    match entry.payload() {
        weft_ledger::Payload::None => PayloadView::None,
        weft_ledger::Payload::Whole { bytes, .. } => PayloadView::Whole(bytes.to_vec()),
        weft_ledger::Payload::Erased => PayloadView::Erased,
    }
}

fn unreadable(entry: &Entry<'_>, reason: &dyn ToString) -> Error {
    Error::Unreadable { seq: Seq(entry.header.seq), reason: reason.to_string() }
}

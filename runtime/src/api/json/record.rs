//! A record.

use super::content::Content;
use super::time::rfc3339;
use super::{Decision, Event, Request, Word};
use crate::RecordView;
use serde::{Deserialize, Serialize};
use weft_ledger::storage::Storage;
use weft_ledger::{BlobName, Blobs, Entry, Payload};

/// Bytes of a blob's content that a record is shown with.
const SHOWN_BYTES_MAX: u64 = 1 << 20;

/// A record, in the field order of docs/cli.md. Fields are only ever added.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Record {
    /// Its position.
    pub seq: u64,
    /// When it was made, RFC 3339.
    pub time: String,
    /// What was asked for.
    pub kind: String,
    /// How the gate ruled.
    pub verdict: Word,
    /// The rejection's code, where the decider refused.
    pub rejected: Option<Word>,
    /// Who asked.
    pub actor: String,
    /// The record that led to it.
    pub cause: Option<u64>,
    /// The caller's id.
    pub command_id: String,
    /// Its link.
    pub link: String,
    /// The link before.
    pub prev: String,
    /// The commitment to its core.
    pub core_commit: String,
    /// What is left of its payload.
    pub payload: PayloadState,
    /// The blob that came with the command.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blob: Option<Blob>,
    /// The command's arguments.
    pub request: Request,
    /// The ruling.
    pub decision: Decision,
    /// What happened.
    pub events: Vec<Event>,
}

/// Content that is kept as a blob (docs/format.md 7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blob {
    /// Its name; `null` for a command that took no effect, of which no blob is kept.
    pub name: Option<String>,
    /// Bytes of its content.
    pub bytes: u32,
}

/// What is left of a payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PayloadState {
    /// All of it.
    Whole,
    /// Its commitment.
    Erased,
    /// There was none.
    None,
}

/// What is left of a blob.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BlobState {
    /// All of it.
    Whole,
    /// Nothing: it was erased, or never came along with the log.
    Gone,
    /// Other bytes than its name says.
    Damaged,
}

impl BlobState {
    /// What is left of the blob of `entry`, and its content, if it has at most a mebibyte.
    fn of<S: Storage>(
        entry: &Entry<'_>,
        name: &BlobName,
        blobs: &Blobs<S>,
    ) -> Result<(BlobState, Content), weft_ledger::Error> {
        use weft_ledger::Error;
        if entry.is_redacted() {
            return Ok((BlobState::Gone, Content::None));
        }
        let read = match blobs.read(name, SHOWN_BYTES_MAX) {
            Err(Error::BlobLong { .. }) => blobs.check(name).map(|_| Content::None),
            read => read.map(|bytes| Content::plain(&bytes)),
        };
        match read {
            Ok(content) => Ok((BlobState::Whole, content)),
            Err(Error::BlobMissing { .. }) => Ok((BlobState::Gone, Content::None)),
            Err(Error::BlobDamaged { .. }) => Ok((BlobState::Damaged, Content::None)),
            Err(error) => Err(error),
        }
    }

    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            BlobState::Whole => "whole",
            BlobState::Gone => "gone",
            BlobState::Damaged => "damaged",
        }
    }
}

impl PayloadState {
    /// What is left of the payload of `entry`.
    pub fn of(entry: &Entry<'_>) -> PayloadState {
        match entry.payload() {
            Payload::None => PayloadState::None,
            Payload::Whole { .. } => PayloadState::Whole,
            Payload::Erased => PayloadState::Erased,
        }
    }

    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            PayloadState::Whole => "whole",
            PayloadState::Erased => "erased",
            PayloadState::None => "none",
        }
    }
}

impl Record {
    /// The record at `entry`, decoded as `view`.
    pub fn new(entry: &Entry<'_>, view: &RecordView) -> Record {
        let record = &view.record;
        let rejected = view.ruling.refusal.as_ref().map(weft_commands::Refusal::code);
        Record {
            seq: record.seq.0,
            time: rfc3339(record.time),
            kind: record.kind.to_string(),
            verdict: record.verdict.name().into(),
            rejected: rejected.map(Word::from),
            actor: record.actor.to_string(),
            cause: record.cause.map(|cause| cause.0),
            command_id: uuid::Uuid::from_bytes(view.command_id).to_string(),
            link: view.link.to_string(),
            prev: view.prev.to_string(),
            core_commit: view.core_commit.to_string(),
            payload: PayloadState::of(entry),
            blob: view
                .blob_len
                .map(|bytes| Blob { name: view.blob.map(|name| name.to_string()), bytes }),
            request: Request::new(&view.command, view.effect_raise),
            decision: Decision::new(&view.ruling),
            events: record.events.iter().map(|event| Event::new(record.seq, event)).collect(),
        }
    }
}

/// Everything of one record: what it holds, its payload, and where it lies.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WholeRecord {
    /// The record.
    #[serde(flatten)]
    pub record: Record,
    /// Bytes of its payload.
    pub payload_len: u32,
    /// The commitment to its payload.
    pub payload_commit: Option<String>,
    /// What is in its payload, or in its blob.
    pub content: Content,
    /// What is left of its blob.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blob_state: Option<BlobState>,
    /// The segment its frame lies in, relative to the data directory.
    pub segment: String,
    /// Where the frame begins in the segment, in bytes.
    pub offset: u64,
    /// Bytes of the frame.
    pub frame_len: u64,
}

impl WholeRecord {
    /// The record at `entry`, decoded as `view`.
    ///
    /// # Errors
    /// What the storage says of its blob.
    pub fn new<S: Storage>(
        entry: &Entry<'_>,
        view: &RecordView,
        blobs: &Blobs<S>,
    ) -> Result<WholeRecord, weft_ledger::Error> {
        let payload = view.record.payload.filter(|_| view.blob.is_none());
        let blob = view.blob.map(|name| BlobState::of(entry, &name, blobs)).transpose()?;
        let (blob_state, content) = match blob {
            Some((state, content)) => (Some(state), content),
            None => (None, Content::of(entry)),
        };
        Ok(WholeRecord {
            record: Record::new(entry, view),
            payload_len: entry.header.payload_len,
            payload_commit: payload.map(|payload| payload.commit.to_string()),
            content,
            blob_state,
            segment: entry.segment.to_string(),
            offset: entry.offset,
            frame_len: entry.frame_bytes(),
        })
    }
}

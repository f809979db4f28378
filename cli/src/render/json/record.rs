//! A record.

use super::{Decision, Event, Request};
use crate::when::rfc3339;
use serde::Serialize;
use weft_ledger::{Entry, Payload};
use weft_runtime::RecordView;

/// A record, in the field order of docs/cli.md. Fields are only ever added.
#[derive(Debug, Serialize)]
pub(crate) struct Record {
    seq: u64,
    time: String,
    kind: String,
    verdict: &'static str,
    rejected: Option<&'static str>,
    actor: String,
    cause: Option<u64>,
    command_id: String,
    link: String,
    prev: String,
    core_commit: String,
    payload: PayloadState,
    request: Request,
    decision: Decision,
    events: Vec<Event>,
}

/// What is left of a payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum PayloadState {
    /// All of it.
    Whole,
    /// Its commitment.
    Erased,
    /// There was none.
    None,
}

impl PayloadState {
    pub(crate) fn of(entry: &Entry<'_>) -> PayloadState {
        match entry.payload() {
            Payload::None => PayloadState::None,
            Payload::Whole { .. } => PayloadState::Whole,
            Payload::Erased => PayloadState::Erased,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            PayloadState::Whole => "whole",
            PayloadState::Erased => "erased",
            PayloadState::None => "none",
        }
    }
}

impl Record {
    pub(crate) fn new(entry: &Entry<'_>, view: &RecordView) -> Record {
        let record = &view.record;
        let rejected = view.ruling.refusal.as_ref().map(weft_commands::Refusal::code);
        Record {
            seq: record.seq.0,
            time: rfc3339(record.time),
            kind: record.kind.to_string(),
            verdict: record.verdict.name(),
            rejected,
            actor: record.actor.to_string(),
            cause: record.cause.map(|cause| cause.0),
            command_id: uuid::Uuid::from_bytes(view.command_id).to_string(),
            link: view.link.to_string(),
            prev: view.prev.to_string(),
            core_commit: view.core_commit.to_string(),
            payload: PayloadState::of(entry),
            request: Request::new(&view.command, view.effect_raise),
            decision: Decision::new(&view.ruling),
            events: record.events.iter().map(|event| Event::new(record.seq, event)).collect(),
        }
    }
}

//! The answer of `weft show`.

use super::json::{Event, PayloadState, Record, Request};
use super::summary::ruled;
use super::table::pairs;
use super::{Out, clean};
use crate::error::Error;
use crate::metadata;
use crate::when::rfc3339;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use weft_ledger::{Entry, Payload};
use weft_projections::Kind;
use weft_runtime::RecordView;

/// Bytes of a payload without text that are shown as hex; the rest is counted.
const HEX_BYTES_MAX: usize = 256;

#[derive(Serialize)]
struct Document {
    #[serde(flatten)]
    record: Record,
    payload_len: u32,
    payload_commit: Option<String>,
    content: Content,
    segment: String,
    offset: u64,
    frame_len: u64,
}

/// What is in a payload.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Content {
    /// There is nothing, or nothing any more.
    None,
    /// The values of a resource's metadata.
    Metadata(BTreeMap<String, String>),
    /// Text.
    Text(String),
    /// Anything else, as hex.
    Hex(String),
}

pub(crate) fn whole_record(out: &Out, entry: &Entry<'_>, view: &RecordView) -> Result<(), Error> {
    if out.is_json() {
        return out.json(&Document {
            record: Record::new(entry, view),
            payload_len: entry.header.payload_len,
            payload_commit: view.record.payload.map(|payload| payload.commit.to_string()),
            content: content(entry),
            segment: entry.segment.to_string(),
            offset: entry.offset,
            frame_len: entry.frame_bytes(),
        });
    }
    head(out, view)?;
    section(out, "request", &Request::new(&view.command, view.effect_raise))?;
    ruling(out, view)?;
    for event in &view.record.events {
        section(out, &format!("event {}", event.name()), &Event::new(view.record.seq, event))?;
    }
    payload(out, entry, view)?;
    let place = format!("{} byte {}, {} bytes", entry.segment, entry.offset, entry.frame_bytes());
    pairs(
        out,
        &[
            ("link", view.link.to_string()),
            ("prev", view.prev.to_string()),
            ("core", view.core_commit.to_string()),
            ("place", place),
        ],
    )
}

fn head(out: &Out, view: &RecordView) -> Result<(), Error> {
    let record = &view.record;
    pairs(
        out,
        &[
            ("record", record.seq.to_string()),
            ("time", rfc3339(record.time)),
            ("kind", record.kind.to_string()),
            ("actor", record.actor.to_string()),
            (
                "cause",
                record.cause.map_or_else(|| "none".to_owned(), |cause| format!("record {cause}")),
            ),
            ("id", uuid::Uuid::from_bytes(view.command_id).to_string()),
            ("ruled", ruled(&view.ruling).to_owned()),
        ],
    )
}

fn ruling(out: &Out, view: &RecordView) -> Result<(), Error> {
    let decision = &view.ruling.decision;
    out.line(&format!(
        "decision {} by gate {} under the law of record {}",
        decision.verdict, decision.gate_version, decision.law
    ))?;
    out.line(&format!("  effect {}", decision.effect_after))?;
    for finding in &decision.findings {
        out.line(&format!("  {}: {}", finding.verdict(), clean::line(&finding.to_string())))?;
    }
    match &view.ruling.refusal {
        Some(refusal) => {
            out.line(&format!("  rejected {}: {}", refusal.code(), clean::line(&refusal.detail)))
        }
        None => Ok(()),
    }
}

/// A title, and below it the fields of a JSON object.
fn section(out: &Out, title: &str, fields: &impl Serialize) -> Result<(), Error> {
    out.line(title)?;
    let Ok(Value::Object(fields)) = serde_json::to_value(fields) else { return Ok(()) };
    for (name, value) in fields.iter().filter(|(name, _)| *name != "type") {
        match value {
            Value::String(text) if text.contains('\n') => {
                out.line(&format!("  {name}"))?;
                indented(out, text)?;
            }
            Value::String(text) => out.line(&format!("  {name} {}", clean::line(text)))?,
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Array(_)
            | Value::Object(_) => {
                out.line(&format!("  {name} {}", clean::line(&value.to_string())))?;
            }
        }
    }
    Ok(())
}

fn payload(out: &Out, entry: &Entry<'_>, view: &RecordView) -> Result<(), Error> {
    let Some(payload) = view.record.payload else { return out.line("payload none") };
    let state = PayloadState::of(entry).name();
    out.line(&format!("payload {state}, {} bytes, commitment {}", payload.len, payload.commit))?;
    match content(entry) {
        Content::None => Ok(()),
        Content::Metadata(values) => values.iter().try_for_each(|(key, value)| {
            out.line(&format!("  {} = {}", clean::line(key), clean::line(value)))
        }),
        Content::Text(text) => indented(out, &text),
        Content::Hex(hex) => match hex.get(..2 * HEX_BYTES_MAX) {
            Some(start) => {
                out.line(&format!("  {start} and {} bytes more", hex.len() / 2 - HEX_BYTES_MAX))
            }
            None => out.line(&format!("  {hex}")),
        },
    }
}

fn indented(out: &Out, text: &str) -> Result<(), Error> {
    clean::lines(text).lines().try_for_each(|line| out.line(&format!("    {line}")))
}

fn content(entry: &Entry<'_>) -> Content {
    let Payload::Whole { bytes, .. } = entry.payload() else { return Content::None };
    if Kind(entry.header.kind) == Kind::TREE_PUT
        && let Some(values) = metadata::decode(bytes)
    {
        return Content::Metadata(values);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Content::Text(text.to_owned()),
        Err(_) => Content::Hex(hex::encode(bytes)),
    }
}

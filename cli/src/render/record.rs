//! The answer of `weft show`.

use super::summary::ruled;
use super::table::pairs;
use super::{Document, Out, clean};
use crate::error::Error;
use serde::Serialize;
use serde_json::Value;
use weft_runtime::api::json::{Blob, BlobState, Content, Decision, Effect, Record, WholeRecord};

/// Bytes of a payload without text that are shown as hex; the rest is counted.
const HEX_BYTES_MAX: usize = 256;

pub(crate) fn whole_record(out: &Out, document: Document<WholeRecord>) -> Result<(), Error> {
    if out.is_json() {
        return out.json(&document);
    }
    let whole = document.open()?;
    let record = &whole.record;
    head(out, record)?;
    section(out, "request", &record.request)?;
    ruling(out, &record.decision)?;
    for event in &record.events {
        section(out, &format!("event {}", event.name), event)?;
    }
    payload(out, &whole)?;
    let place = format!("{} byte {}, {} bytes", whole.segment, whole.offset, whole.frame_len);
    pairs(
        out,
        &[
            ("link", record.link.clone()),
            ("prev", record.prev.clone()),
            ("core", record.core_commit.clone()),
            ("place", place),
        ],
    )
}

fn head(out: &Out, record: &Record) -> Result<(), Error> {
    let cause = record.cause.map_or_else(|| "none".to_owned(), |cause| format!("record {cause}"));
    pairs(
        out,
        &[
            ("record", record.seq.to_string()),
            ("time", record.time.clone()),
            ("kind", record.kind.clone()),
            ("actor", record.actor.clone()),
            ("cause", cause),
            ("id", record.command_id.clone()),
            ("ruled", ruled(&record.decision).to_owned()),
        ],
    )
}

fn ruling(out: &Out, decision: &Decision) -> Result<(), Error> {
    let Decision { verdict, gate_version, law, effect_after, findings, rejection, .. } = decision;
    out.line(&format!("decision {verdict} by gate {gate_version} under the law of record {law}"))?;
    out.line(&format!("  effect {}", effect(effect_after)))?;
    for finding in findings {
        out.line(&format!("  {}: {}", finding.verdict, clean::line(&finding.detail)))?;
    }
    match rejection {
        Some(rejection) => {
            out.line(&format!("  rejected {}: {}", rejection.code, clean::line(&rejection.detail)))
        }
        None => Ok(()),
    }
}

fn effect(effect: &Effect) -> String {
    let Effect { risk, fairness, privacy, novelty, security } = effect;
    format!(
        "risk={risk} fairness={fairness} privacy={privacy} novelty={novelty} security={security}"
    )
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

fn payload(out: &Out, whole: &WholeRecord) -> Result<(), Error> {
    match (&whole.record.blob, &whole.payload_commit) {
        (Some(Blob { name: Some(name), bytes }), _) => {
            let state = whole.blob_state.map_or("gone", BlobState::name);
            out.line(&format!("blob {state}, {bytes} bytes, name {name}"))?;
        }
        (Some(Blob { name: None, bytes }), _) => {
            return out.line(&format!("blob of {bytes} bytes, not kept"));
        }
        (None, Some(commit)) => {
            let (state, len) = (whole.record.payload.name(), whole.payload_len);
            out.line(&format!("payload {state}, {len} bytes, commitment {commit}"))?;
        }
        (None, None) => return out.line("payload none"),
    }
    match &whole.content {
        Content::None => Ok(()),
        Content::Metadata(values) => values.iter().try_for_each(|(key, value)| {
            out.line(&format!("  {} = {}", clean::line(key), clean::line(value)))
        }),
        Content::Text(text) => indented(out, text),
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

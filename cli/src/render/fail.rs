//! An error, in words and with what to do next.

use super::{Out, clean};
use crate::error::Error;
use crate::exit::{Exit, code};
use serde::Serialize;
use weft_ledger::Class;

/// An error as JSON: one line on stderr, `{"error":{…}}`.
#[derive(Serialize)]
struct Failure<'a> {
    error: Body<'a>,
}

#[derive(Serialize)]
struct Body<'a> {
    code: &'a str,
    exit: u8,
    message: String,
    /// What kind of damage it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    findings: Vec<String>,
    hint: Option<String>,
}

pub(crate) fn fail(out: &Out, error: &Error) {
    if out.is_json() {
        return as_json(out, error);
    }
    out.complain(&format!("error: {}", clean::line(&error.to_string())));
    for finding in error.findings() {
        out.complain(&format!("  - {}", clean::line(&finding)));
    }
    if let Some(hint) = error.hint() {
        out.complain(&format!("hint: {}", clean::line(&hint)));
    }
}

fn as_json(out: &Out, error: &Error) {
    let body = Body {
        code: code(error),
        exit: Exit::of(error) as u8,
        message: error.to_string(),
        class: error.damage().map(Class::word),
        findings: error.findings(),
        hint: error.hint(),
    };
    if let Ok(line) = serde_json::to_string(&Failure { error: body }) {
        out.complain(&line);
    }
}

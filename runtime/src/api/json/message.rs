//! A message in an inbox.

use super::time::rfc3339;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};
use weft_ledger::Payload;
use weft_projections::Seq;

/// A message in an inbox. Its body is text where it is UTF-8, and base64 where it is not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// The record that put it there, which `ipc.ack` takes.
    pub message: u64,
    /// Who sent it.
    pub from: String,
    /// The topic it was published under.
    pub topic: Option<String>,
    /// When, RFC 3339.
    pub time: String,
    /// The body, where it is text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// The body, where it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body_base64: Option<String>,
    /// Whether the body was erased.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub erased: bool,
}

impl Message {
    /// The message of the record `seq` with its payload.
    pub fn new(
        seq: Seq,
        message: &weft_projections::state::Message,
        payload: Payload<'_>,
    ) -> Message {
        let (body, body_base64) = match payload {
            Payload::Whole { bytes, .. } => match std::str::from_utf8(bytes) {
                Ok(text) => (Some(text.to_owned()), None),
                Err(_) => (None, Some(BASE64_STANDARD.encode(bytes))),
            },
            Payload::None | Payload::Erased => (None, None),
        };
        Message {
            message: seq.0,
            from: message.from.to_string(),
            topic: message.topic.as_ref().map(ToString::to_string),
            time: rfc3339(message.sent_at),
            body,
            body_base64,
            erased: matches!(payload, Payload::Erased),
        }
    }
}

//! A message in an inbox.

use super::bytes::text_or_base64;
use super::time::rfc3339;
use serde::{Deserialize, Serialize};
use weft_projections::Seq;

/// A message in an inbox. Its body is text where it is UTF-8, and base64 where it is not, and where
/// that makes a large one shorter.
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
    /// Whether the body is not here: it was erased, or it was a blob and the log came as an export.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub erased: bool,
    /// Whether the body is a blob that is damaged.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub damaged: bool,
}

/// What is there of a message's body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body<'a> {
    /// All of it.
    Whole(&'a [u8]),
    /// Nothing.
    Gone,
    /// Other bytes than were sent.
    Damaged,
}

impl Message {
    /// The message of the record `seq` with its body.
    pub fn new(seq: Seq, message: &weft_projections::state::Message, body: Body<'_>) -> Message {
        let (text, base64) = match body {
            Body::Whole(bytes) => text_or_base64(bytes),
            Body::Gone | Body::Damaged => (None, None),
        };
        Message {
            message: seq.0,
            from: message.from.to_string(),
            topic: message.topic.as_ref().map(ToString::to_string),
            time: rfc3339(message.sent_at),
            body: text,
            body_base64: base64,
            erased: body == Body::Gone,
            damaged: body == Body::Damaged,
        }
    }
}

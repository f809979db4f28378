//! Lines: requests as they come, answers as they go.

use super::fault::{Fault, Trouble};
use super::limits::ID_BYTES_MAX;
use serde::{Deserialize, Serialize};
use serde_json::error::Category;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// A request, with what is not looked at left as it was sent.
#[derive(Deserialize)]
pub(super) struct Frame<'a> {
    #[serde(borrow, default)]
    jsonrpc: Option<&'a RawValue>,
    #[serde(borrow, default)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) method: Cow<'a, str>,
    #[serde(borrow, default)]
    params: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) auth: Option<Auth<'a>>,
}

/// Who signed, and how.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Auth<'a> {
    pub(super) operator: u64,
    #[serde(borrow)]
    pub(super) signature: Cow<'a, str>,
}

impl<'a> Frame<'a> {
    /// Reads a line.
    ///
    /// # Errors
    /// What is to be answered, without an id.
    pub(super) fn parse(line: &'a [u8]) -> Result<Frame<'a>, Fault> {
        let frame: Frame<'a> = serde_json::from_slice(line).map_err(|error| {
            let trouble = match error.classify() {
                Category::Data => Trouble::InvalidRequest,
                Category::Syntax | Category::Eof | Category::Io => Trouble::ParseError,
            };
            Fault::new(trouble, error.to_string())
        })?;
        let invalid = |message| Err(Fault::new(Trouble::InvalidRequest, message));
        if frame.jsonrpc.is_none_or(|version| version.get() != "\"2.0\"") {
            return invalid("jsonrpc has to be \"2.0\"");
        }
        let id = frame.id();
        let plain =
            id.starts_with(['"', '-']) || id.starts_with(|first: char| first.is_ascii_digit());
        if !plain || id.len() > ID_BYTES_MAX {
            return invalid("the id has to be a number or a text of at most 128 bytes");
        }
        Ok(frame)
    }

    /// The id as it was sent.
    pub(super) fn id(&self) -> &'a str {
        self.id.map_or("", RawValue::get)
    }

    /// The id as a whole number in plain decimal; `None` for any other.
    pub(super) fn number(&self) -> Option<u64> {
        let id = self.id();
        let plain = id.bytes().all(|byte| byte.is_ascii_digit()) && !id.starts_with('0');
        id.parse().ok().filter(|_| plain)
    }

    /// The parameters as they were sent; empty without any.
    pub(super) fn params(&self) -> &'a str {
        self.params.map_or("", RawValue::get)
    }
}

/// Appends the answer to the request `id`.
pub(super) fn answer(out: &mut Vec<u8>, id: &str, result: &impl Serialize) {
    begin(out, id);
    out.extend_from_slice(b",\"result\":");
    write(out, result);
    out.extend_from_slice(b"}\n");
}

/// Appends the error that answers the request `id`; without one it is about the connection.
pub(super) fn error(out: &mut Vec<u8>, id: Option<&str>, fault: &Fault) {
    begin(out, id.unwrap_or("null"));
    out.extend_from_slice(b",\"error\":");
    write(out, fault);
    out.extend_from_slice(b"}\n");
}

/// Appends something that nobody asked for just now.
pub(super) fn notice(out: &mut Vec<u8>, method: &str, params: &impl Serialize) {
    out.extend_from_slice(b"{\"jsonrpc\":\"2.0\",\"method\":\"");
    out.extend_from_slice(method.as_bytes());
    out.extend_from_slice(b"\",\"params\":");
    write(out, params);
    out.extend_from_slice(b"}\n");
}

fn begin(out: &mut Vec<u8>, id: &str) {
    out.extend_from_slice(b"{\"jsonrpc\":\"2.0\",\"id\":");
    out.extend_from_slice(id.as_bytes());
}

fn write(out: &mut Vec<u8>, value: &impl Serialize) {
    let before = out.len();
    if serde_json::to_writer(&mut *out, value).is_err() {
        // Nothing here has keys that are no texts, which is all that could fail.
        out.truncate(before);
        out.extend_from_slice(b"null");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trouble(line: &str) -> &'static str {
        let Err(fault) = Frame::parse(line.as_bytes()).map(|frame| frame.id().to_owned()) else {
            return "none";
        };
        let told = serde_json::to_value(fault).unwrap();
        let word = told["data"]["code"].as_str().unwrap().to_owned();
        let found = Trouble::ALL.into_iter().find(|trouble| trouble.word() == word);
        found.unwrap().word()
    }

    #[test]
    fn what_is_no_request_is_told_apart_from_what_is_no_json() {
        for line in ["", "{", "nonsense", "{\"jsonrpc\":\"2.0\",", "\u{0}"] {
            assert_eq!(trouble(line), "parse_error", "{line}");
        }
        for line in [
            "[]",
            "1",
            "{}",
            r#"{"jsonrpc":"2.0","id":1}"#,
            r#"{"jsonrpc":"1.0","id":1,"method":"m"}"#,
            r#"{"id":1,"method":"m"}"#,
            r#"{"jsonrpc":"2.0","method":"m"}"#,
            r#"{"jsonrpc":"2.0","id":null,"method":"m"}"#,
            r#"{"jsonrpc":"2.0","id":{},"method":"m"}"#,
            r#"{"jsonrpc":"2.0","id":1,"method":1}"#,
            r#"{"jsonrpc":"2.0","id":1,"method":"m","method":"m"}"#,
            r#"{"jsonrpc":"2.0","id":1,"method":"m","auth":{}}"#,
        ] {
            assert_eq!(trouble(line), "invalid_request", "{line}");
        }
        let long = format!(r#"{{"jsonrpc":"2.0","id":"{}","method":"m"}}"#, "x".repeat(200));
        assert_eq!(trouble(&long), "invalid_request");
        assert_eq!(trouble(r#"{"jsonrpc":"2.0","id":-1.5e3,"method":"m","more":[]}"#), "none");
    }

    #[test]
    fn a_number_is_plain_decimal() {
        for (id, number) in [
            ("7", Some(7)),
            ("0", None),
            ("07", None),
            ("1e3", None),
            ("-1", None),
            ("\"7\"", None),
        ] {
            let line = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"m"}}"#);
            let found = Frame::parse(line.as_bytes()).map(|frame| frame.number());
            assert_eq!(found.unwrap_or(None), number, "{id}");
        }
    }

    #[test]
    fn parameters_are_what_was_sent() {
        let line = r#"{"jsonrpc":"2.0","id":1,"method":"m","params": {"b" :1, "a":2} }"#;
        assert_eq!(Frame::parse(line.as_bytes()).ok().unwrap().params(), r#"{"b" :1, "a":2}"#);
    }
}

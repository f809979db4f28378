//! The lines of an export: each is written in one way only, and read back by being written again.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::checkpoint::Checkpoint;
use crate::frame::{Payload, Stored};
use crate::hash::Digest;
use crate::limits::{CORE_BYTES_MAX, HEADER_BYTES, PAYLOAD_BYTES_MAX, SALT_BYTES};
use crate::reason::Reason;
use crate::record::{Header, Verdict, link};
use crate::transfer::Problem;
use crate::transfer::scanner::Scanner;

/// The name of the form of an export, in its first line.
pub const EXPORT_FORMAT: &str = "weft-export/1";

/// Most bytes of an export's line: a record with a full core and a full payload.
pub const LINE_BYTES_MAX: usize = 1_500_000;

/// Bytes of a line beside its base64, and of that the part that goes with the content.
const READABLE_BYTES_MAX: usize = 1 << 10;
const _: () = assert!(
    READABLE_BYTES_MAX + (HEADER_BYTES + CORE_BYTES_MAX + PAYLOAD_BYTES_MAX) * 4 / 3 + 5 * 4
        < LINE_BYTES_MAX,
    "a line holds the longest record"
);

/// Bits of an actor that hold its id.
const ACTOR_ID_BITS: u32 = 56;

/// The first line: what an export is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FirstLine {
    pub(super) log_id: Digest,
    pub(super) first: u64,
    pub(super) end: u64,
    pub(super) checkpoint: Option<Checkpoint>,
}

impl FirstLine {
    /// Replaces `out` by the line, without its end.
    pub(super) fn write(&self, out: &mut String) {
        let FirstLine { log_id, first, end, checkpoint } = self;
        out.clear();
        put(out, format_args!("{{\"format\":\"{EXPORT_FORMAT}\",\"log_id\":\"{log_id}\""));
        put(out, format_args!(",\"first\":{first},\"end\":{end},\"checkpoint\":"));
        match checkpoint {
            Some(note) => string(out, &String::from_utf8_lossy(note.as_bytes())),
            None => out.push_str("null"),
        }
        out.push('}');
    }

    pub(super) fn parse(line: &[u8], again: &mut String) -> Result<FirstLine, Problem> {
        let mut scanner = Scanner::new(line);
        scanner.text("{\"format\":\"weft-export/1\",\"log_id\":\"")?;
        let log_id = scanner.digest()?;
        scanner.text(",\"first\":")?;
        let first = scanner.number()?;
        scanner.text(",\"end\":")?;
        let end = scanner.number()?;
        scanner.text(",\"checkpoint\":")?;
        let checkpoint = if scanner.passes("null") {
            None
        } else {
            scanner.text("\"")?;
            let note = Checkpoint::parse(scanner.string()?.as_bytes());
            let note =
                note.map_err(|problem| Problem::Checkpoint(Reason::Checkpoint { problem }))?;
            let size = note.head().size;
            if size > end {
                return Err(Problem::CheckpointBeyond { size, end });
            }
            Some(note)
        };
        scanner.text("}")?;
        scanner.end()?;
        let found = FirstLine { log_id, first, end, checkpoint };
        found.write(again);
        compare(line, again)?;
        Ok(found)
    }
}

/// The last line: without it an export was cut short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LastLine {
    pub(super) records: u64,
    pub(super) link: Digest,
}

impl LastLine {
    /// Replaces `out` by the line, without its end.
    pub(super) fn write(&self, out: &mut String) {
        let LastLine { records, link } = self;
        out.clear();
        put(out, format_args!("{{\"end\":true,\"records\":{records},\"link\":\"{link}\"}}"));
    }

    pub(super) fn parse(line: &[u8]) -> Result<LastLine, Problem> {
        let mut scanner = Scanner::new(line);
        scanner.text("{\"end\":true,\"records\":")?;
        let records = scanner.number()?;
        scanner.text(",\"link\":\"")?;
        let link = scanner.digest()?;
        scanner.text("}")?;
        scanner.end()?;
        Ok(LastLine { records, link })
    }
}

/// A record's own bytes, out of its line. Nothing but the line's form has been checked.
#[derive(Debug, Default)]
pub(super) struct Raw {
    header: Vec<u8>,
    core_salt: [u8; SALT_BYTES],
    core: Vec<u8>,
    payload_salt: [u8; SALT_BYTES],
    payload: Vec<u8>,
    state: State,
}

#[derive(Clone, Copy, Debug, Default)]
enum State {
    #[default]
    None,
    Whole,
    Erased,
}

impl Raw {
    /// Replaces what there is by what a line holds: its base64, the rest of it is not looked at.
    pub(super) fn parse(&mut self, line: &[u8]) -> Result<(), Problem> {
        let mut scanner = Scanner::new(line);
        scanner.text("{\"seq\":")?;
        scanner.number()?;
        scanner.find(",\"payload_state\":\"")?;
        self.state = if scanner.passes("none\"") {
            State::None
        } else if scanner.passes("erased\"") {
            State::Erased
        } else {
            scanner.text("whole\"")?;
            State::Whole
        };
        scanner.text(",\"header\":\"")?;
        scanner.base64("header", &mut self.header)?;
        scanner.text(",\"salt\":\"")?;
        self.core_salt = scanner.base64_array("salt")?;
        scanner.text(",\"core\":\"")?;
        scanner.base64("core", &mut self.core)?;
        self.payload.clear();
        if matches!(self.state, State::Whole) {
            scanner.text(",\"payload_salt\":\"")?;
            self.payload_salt = scanner.base64_array("payload_salt")?;
            scanner.text(",\"payload\":\"")?;
            scanner.base64("payload", &mut self.payload)?;
        }
        scanner.text("}")?;
        scanner.end()
    }

    /// The parts, if the header has its length.
    pub(super) fn stored(&self) -> Result<Stored<'_>, Problem> {
        let header = self.header.as_slice().try_into();
        let payload = match self.state {
            State::None => Payload::None,
            State::Whole => Payload::Whole { salt: &self.payload_salt, bytes: &self.payload },
            State::Erased => Payload::Erased,
        };
        Ok(Stored {
            header: header.map_err(|_| Problem::Base64 { field: "header" })?,
            salt: &self.core_salt,
            core: &self.core,
            payload,
        })
    }
}

/// Replaces `out` by a record's line, without its end.
pub(super) fn write_record(out: &mut String, header: &Header, record: &Stored<'_>) {
    out.clear();
    let Header { seq, time, kind, rejected, prev, .. } = header;
    put(out, format_args!("{{\"seq\":{seq},\"time\":\"{time}\",\"kind\":{kind}"));
    let verdict = verdict_word(header.verdict);
    put(out, format_args!(",\"verdict\":\"{verdict}\",\"rejected\":{rejected},\"actor\":\""));
    actor(out, header.actor);
    match header.cause {
        Some(cause) => put(out, format_args!("\",\"cause\":{cause}")),
        None => out.push_str("\",\"cause\":null"),
    }
    out.push_str(",\"command_id\":\"");
    hex(out, &header.command_id);
    out.push_str("\",\"link\":\"");
    hex(out, link(record.header).as_bytes());
    out.push_str("\",\"prev\":\"");
    hex(out, prev.as_bytes());
    out.push_str("\",\"payload_state\":\"");
    out.push_str(match record.payload {
        Payload::None => "none",
        Payload::Whole { .. } => "whole",
        Payload::Erased => "erased",
    });
    base64(out, "\",\"header\":\"", record.header);
    base64(out, "\",\"salt\":\"", record.salt);
    base64(out, "\",\"core\":\"", record.core);
    if let Payload::Whole { salt, bytes } = record.payload {
        base64(out, "\",\"payload_salt\":\"", salt);
        base64(out, "\",\"payload\":\"", bytes);
    }
    out.push_str("\"}");
}

/// Fails unless a line is the one that is written for what was read from it.
pub(super) fn compare(line: &[u8], again: &str) -> Result<(), Problem> {
    if line == again.as_bytes() {
        return Ok(());
    }
    let same = line.iter().zip(again.as_bytes()).take_while(|(found, written)| found == written);
    let at = same.count();
    Err(Problem::Field { at: at as u64, field: field_at(again, at) })
}

/// The name of the field that a byte of a line belongs to.
fn field_at(line: &str, at: usize) -> String {
    let before = line.as_bytes().get(..at.saturating_add(1)).unwrap_or(line.as_bytes());
    let before = String::from_utf8_lossy(before);
    let key = before.rsplit_once("\":").map_or("", |(before, _)| before);
    let key = key.rsplit_once('"').map_or(key, |(_, key)| key);
    if key.is_empty() { "the first field".to_owned() } else { key.to_owned() }
}

/// The word for a ruling.
fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Permit => "permit",
        Verdict::Warn => "warn",
        Verdict::Defer => "defer",
        Verdict::Deny => "deny",
    }
}

/// Class and id of an actor that a header may have (FORMAT.md 1).
fn actor(out: &mut String, actor: u64) {
    let id = actor & ((1 << ACTOR_ID_BITS) - 1);
    match actor >> ACTOR_ID_BITS {
        0 => out.push_str("kernel"),
        1 => put(out, format_args!("process:{id}")),
        2 => put(out, format_args!("operator:{id}")),
        3 => put(out, format_args!("node:{id}")),
        _ => out.push_str("unauthenticated"),
    }
}

fn base64(out: &mut String, before: &str, bytes: &[u8]) {
    out.push_str(before);
    STANDARD.encode_string(bytes, out);
}

/// As the formatting of a digest, without its cost: there are three for every record.
fn hex(out: &mut String, bytes: &[u8]) {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).expect("four bits are a digit");
    for byte in bytes {
        out.push(digit(byte >> 4));
        out.push(digit(byte & 0xf));
    }
}

/// A JSON string with as few escapes as it can have.
fn string(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\0'..'\u{20}' => put(out, format_args!("\\u{:04x}", u32::from(character))),
            _ => out.push(character),
        }
    }
    out.push('"');
}

fn put(out: &mut String, arguments: std::fmt::Arguments<'_>) {
    out.write_fmt(arguments).expect("a string takes any text");
}

//! Inboxes.

use super::{Error, Sight};
use crate::api::json::{Body, Message};
use weft_commands::limits::{INLINE_MESSAGE_BYTES_MAX, MESSAGE_BYTES_MAX};
use weft_ledger::Payload;
use weft_ledger::storage::Storage;
use weft_projections::state::Message as Sent;
use weft_projections::{Pid, Seq, State};

/// Most messages of one answer.
pub const MESSAGES_MAX: usize = 64;

/// Bytes of bodies after which an answer takes no further message.
const BODIES_BYTES_MAX: u64 = 1 << 20;

/// The oldest messages of a process's inbox after `after`, at most `max` and [`MESSAGES_MAX`], and no
/// more after a mebibyte of bodies. They stay there until they are acknowledged.
///
/// # Errors
/// [`Error::Unread`] when the log or a blob cannot be read. A blob that is damaged is told in its
/// message.
pub fn messages<S: Storage>(
    sight: &Sight<'_, S>,
    pid: Pid,
    after: Option<Seq>,
    max: usize,
) -> Result<Vec<Message>, Error> {
    let mut messages = Vec::new();
    let mut bytes = 0;
    for (seq, message) in wanted(sight.state, pid, after, max) {
        bytes += message.payload.map_or(0, |payload| u64::from(payload.len));
        if bytes > BODIES_BYTES_MAX && !messages.is_empty() {
            break;
        }
        messages.push(read(sight, seq, message)?);
    }
    Ok(messages)
}

/// Whether answering takes reading a blob.
pub fn is_large(state: &State, pid: Pid, after: Option<Seq>, max: usize) -> bool {
    wanted(state, pid, after, max).any(|(_, message)| {
        message.payload.is_some_and(|payload| payload.len > INLINE_MESSAGE_BYTES_MAX)
    })
}

/// The oldest messages of an inbox after `after`.
fn wanted(
    state: &State,
    pid: Pid,
    after: Option<Seq>,
    max: usize,
) -> impl Iterator<Item = (Seq, &Sent)> {
    let inbox = state.ipc_routes.inbox(pid);
    let later = inbox.filter(move |(seq, _)| after.is_none_or(|after| *seq > after));
    later.take(max.min(MESSAGES_MAX))
}

/// A message with its body: the payload of the record that put it there, or the blob that it names.
fn read<S: Storage>(sight: &Sight<'_, S>, seq: Seq, message: &Sent) -> Result<Message, Error> {
    let entry = sight.entry(message.payload.map_or(seq, |payload| payload.seq))?;
    let name = match (entry.payload(), entry.blobs().first()) {
        (Payload::Whole { bytes, .. }, _) => {
            return Ok(Message::new(seq, message, Body::Whole(bytes)));
        }
        (Payload::None, Some(name)) if !entry.is_redacted() => *name,
        (Payload::None | Payload::Erased, _) => {
            return Ok(Message::new(seq, message, Body::Gone));
        }
    };
    match sight.reader.blobs().read(&name, u64::from(MESSAGE_BYTES_MAX)) {
        Ok(bytes) => Ok(Message::new(seq, message, Body::Whole(&bytes))),
        Err(weft_ledger::Error::BlobMissing { .. }) => Ok(Message::new(seq, message, Body::Gone)),
        Err(weft_ledger::Error::BlobDamaged { .. } | weft_ledger::Error::BlobLong { .. }) => {
            Ok(Message::new(seq, message, Body::Damaged))
        }
        Err(error) => Err(error.into()),
    }
}

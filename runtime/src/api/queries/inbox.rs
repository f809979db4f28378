//! Inboxes.

use super::{Error, Sight};
use crate::api::json::Message;
use weft_ledger::storage::Storage;
use weft_projections::{Pid, Seq};

/// Most messages of one answer.
pub const MESSAGES_MAX: usize = 64;

/// The oldest messages of a process's inbox after `after`, at most `max` and [`MESSAGES_MAX`]. They
/// stay there until they are acknowledged.
///
/// # Errors
/// [`Error::Unread`] when the log cannot be read.
pub fn messages<S: Storage>(
    sight: &Sight<'_, S>,
    pid: Pid,
    after: Option<Seq>,
    max: usize,
) -> Result<Vec<Message>, Error> {
    let inbox = sight.state.ipc_routes.inbox(pid);
    let wanted = inbox.filter(|(seq, _)| after.is_none_or(|after| *seq > after));
    wanted
        .take(max.min(MESSAGES_MAX))
        .map(|(seq, message)| {
            // The body is the payload of the record that put the message there.
            let entry = sight.entry(message.payload.map_or(seq, |payload| payload.seq))?;
            Ok(Message::new(seq, message, entry.payload()))
        })
        .collect()
}

//! What opening a log finds.

use crate::checkpoint::Watched;
use crate::hash::Digest;
use crate::index::Head;
use crate::scan::PendingRedactions;
use crate::tail::Tail;

/// What was found when a log was opened.
#[derive(Clone, Debug)]
pub struct Opening {
    /// The last record.
    pub head: Head,
    /// The link of record 0.
    pub log_id: Digest,
    /// Position of the first record that was read: those before it are as a later checkpoint binds
    /// them, if their bytes are still as they were.
    pub first_read: u64,
    /// How many records lie before the last batch: those were durable whatever happened since.
    /// The records after them are durable as well once a writer has opened the log.
    pub settled: u64,
    /// What stood behind the last record.
    pub tail: Tail,
    /// Redactions that were cut short: a writer has completed them when it is open; a reader hands
    /// their payloads out as erased.
    pub pending: PendingRedactions,
    /// What was found of checkpoints and of the guard.
    pub watched: Watched,
}

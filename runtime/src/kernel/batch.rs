//! What one sync covers: records, and everybody who waits for them.

use crate::kernel::answer::{Answer, Ruling};
use crate::kernel::request::Request;
use weft_ledger::Pending;
use weft_ledger::limits::{BATCH_RECORDS_MAX, Limits};
use weft_projections::{Seq, State};

/// Tickets that one batch may answer, those without a record included.
const WAITING_MAX: usize = 4 * BATCH_RECORDS_MAX;

/// Repetitions that one batch may answer: each is compared with a record on the disk.
const DUPLICATES_MAX: usize = 256;

/// More than a `governance.suppressed` record takes, in bytes of its frame.
const SUPPRESSED_BYTES_MAX: u64 = 1_024;

/// Records that become durable together, with the tickets to answer after that.
pub struct Batch<T> {
    pub(crate) records: Vec<Pending>,
    /// Bytes of the records' frames, and of the content that repetitions hold.
    pub(crate) bytes: u64,
    duplicates: usize,
    pub(crate) waiting: Vec<(T, Waiting)>,
    /// Records among them that have payloads erased once they are durable.
    pub(crate) redactions: Vec<u64>,
    /// State as of the last record; published once it is durable.
    pub(crate) state: Option<State>,
}

/// What a ticket waits for.
pub(crate) enum Waiting {
    /// The record at this place of the batch.
    Record { index: usize, ruling: Ruling },
    /// The durable record `seq`, which may hold the same request.
    Duplicate { seq: Seq, asked: Box<Request> },
    /// Only that the State this answer was read from is durable.
    Answer(Answer),
}

impl<T> Default for Batch<T> {
    fn default() -> Batch<T> {
        Batch {
            records: Vec::new(),
            bytes: 0,
            duplicates: 0,
            waiting: Vec::new(),
            redactions: Vec::new(),
            state: None,
        }
    }
}

impl<T> Batch<T> {
    /// An empty batch with room for as much as another one holds.
    pub(crate) fn like(other: &Batch<T>) -> Batch<T> {
        Batch {
            records: Vec::with_capacity(other.records.len()),
            waiting: Vec::with_capacity(other.waiting.len()),
            ..Batch::default()
        }
    }

    /// Whether nobody waits and nothing is to be written.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty() && self.waiting.is_empty()
    }

    /// How many records it holds.
    pub fn records(&self) -> usize {
        self.records.len()
    }

    /// Whether it has to be closed before another command is decided.
    pub(crate) fn is_full(&self, limits: &Limits) -> bool {
        self.records.len() >= BATCH_RECORDS_MAX
            || self.bytes >= limits.batch_bytes
            || self.waiting.len() >= WAITING_MAX
            || self.duplicates >= DUPLICATES_MAX
    }

    /// Whether a `governance.suppressed` record fits and still leaves room for one of any size.
    pub(crate) fn has_room_for_suppressed(&self, limits: &Limits) -> bool {
        self.records.len() + 1 < BATCH_RECORDS_MAX
            && self.bytes + SUPPRESSED_BYTES_MAX < limits.batch_bytes
    }

    pub(crate) fn push(&mut self, record: Pending, ticket: T, ruling: Ruling) {
        self.bytes += record.frame_bytes();
        self.waiting.push((ticket, Waiting::Record { index: self.records.len(), ruling }));
        self.records.push(record);
    }

    /// A repetition, to be answered with the receipt of record `seq` if it asks for the same.
    pub(crate) fn push_duplicate(&mut self, seq: Seq, request: Request, ticket: T) {
        let asked = Box::new(request);
        self.bytes += asked.content().bytes();
        self.duplicates += 1;
        self.waiting.push((ticket, Waiting::Duplicate { seq, asked }));
    }

    pub(crate) fn push_answer(&mut self, answer: Answer, ticket: T) {
        self.waiting.push((ticket, Waiting::Answer(answer)));
    }

    pub(crate) fn push_unattended(&mut self, record: Pending) {
        self.bytes += record.frame_bytes();
        self.records.push(record);
    }
}

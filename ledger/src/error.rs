//! What can go wrong.

use std::io;

use crate::blob::BlobName;
use crate::checkpoint::NoteProblem;
use crate::reason::Reason;
use crate::transfer::{Problem, Refusal};

/// An error of the ledger.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The operating system refused.
    #[error("cannot {action} {path}: {source}")]
    Io {
        /// What was tried.
        action: &'static str,
        /// The file, relative to the data directory.
        path: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// Another process holds the data directory.
    #[error("the data directory is locked{}", holder.map_or_else(String::new, |pid| format!(" by process {pid}")))]
    Locked {
        /// The process that says it holds the lock.
        holder: Option<u32>,
    },
    /// There is no log in the data directory.
    #[error("there is no log here")]
    Missing,
    /// There are files already where a log was to begin.
    #[error("a log cannot begin here: {file} exists")]
    Exists {
        /// One of the files.
        file: String,
    },
    /// The log's first segment is not there, though others or other evidence are.
    #[error("the first segment is missing beside {file}")]
    FirstSegmentMissing {
        /// A file that shows that there was a log.
        file: String,
    },
    /// An import, a restore or a backup into this directory was cut short or is at work: there is no
    /// log yet.
    #[error(
        "an import, a restore or a backup into here has not come to its end: unless it is at work, run it again"
    )]
    Unfinished,
    /// A line of an export that is not good.
    #[error("line {line} of the export{}: {problem}", seq.map_or_else(String::new, |seq| format!(", record {seq}")))]
    Export {
        /// The line, from 1.
        line: u64,
        /// The record that the line should hold, if it should hold one.
        seq: Option<u64>,
        /// What is wrong with it.
        problem: Box<Problem>,
    },
    /// There is no record in the range.
    #[error("the log has {size} records: there is none from {start} to before {end}")]
    NoRecords {
        /// The first position that was asked for.
        start: u64,
        /// The position after the last.
        end: u64,
        /// How many records there are.
        size: u64,
    },
    /// Fewer records than were written, or than somebody said there are.
    #[error("there are {found} records, not {expected}")]
    Short {
        /// How many there are.
        found: u64,
        /// How many there should be.
        expected: u64,
    },
    /// The record 0 of a fork does not say where it leaves the old log.
    #[error(
        "record 0 of the fork does not name record {seq} of the old log by log id, position and link"
    )]
    ForkOrigin {
        /// The last record that the fork takes from the old log.
        seq: u64,
    },
    /// A backup may not be restored where it was to be.
    #[error("nothing was restored: {refusal}")]
    Restore {
        /// Why.
        refusal: Refusal,
    },
    /// A file in `log/` that no writer of the format leaves there.
    #[error("{file} does not belong into a log")]
    UnknownFile {
        /// The file.
        file: String,
    },
    /// Stored bytes are damaged, foreign or forged.
    #[error(transparent)]
    Integrity(#[from] Integrity),
    /// A record that was to show that a payload may be erased, and does not.
    #[error("record {seq} is no redaction that took effect, or is not durable")]
    NoRedaction {
        /// Its position.
        seq: u64,
    },
    /// More redactions are pending than a reader keeps apart.
    #[error(
        "{count} redactions are pending, more than {count_max}: open the log for writing, which completes them"
    )]
    PendingRedactions {
        /// How many there are.
        count: u64,
        /// The most.
        count_max: u64,
    },
    /// A record or size that a tree does not have.
    #[error("record {seq} is not in a tree of {size} records")]
    NotInTree {
        /// The record, or the size that was taken for an older one.
        seq: u64,
        /// The tree's size.
        size: u64,
    },
    /// The log does not have the root that somebody signed for it.
    #[error("the log's tree of {size} records has another root")]
    TreeMismatch {
        /// The tree's size.
        size: u64,
    },
    /// The log cannot be gone on with from the record that the caller knows: it is to be read from
    /// its start.
    #[error("the log cannot be read from record {seq} on: {what}")]
    Start {
        /// The record.
        seq: u64,
        /// What does not fit.
        what: &'static str,
    },
    /// The log contradicts its guard: it was rolled back, lost or rewritten.
    #[error("the log contradicts its guard {file}: {problem}")]
    Guard {
        /// The guard's file, relative to the guards' directory.
        file: String,
        /// How.
        problem: GuardProblem,
    },
    /// A checkpoint that cannot be signed, or that the log's key did not sign.
    #[error("the checkpoint is none of this log: {problem}")]
    Checkpoint {
        /// Why not.
        problem: NoteProblem,
    },
    /// A checkpoint with cosignatures that is not kept.
    #[error("the checkpoint is not kept: {problem}")]
    Cosigned {
        /// Why not.
        problem: NoteProblem,
    },
    /// The file of checkpoints with cosignatures is full.
    #[error(
        "the checkpoints that witnesses signed take {bytes_max} bytes already, the most that are kept"
    )]
    CosignedFull {
        /// The most bytes.
        bytes_max: u64,
    },
    /// The caller's visitor stopped the scan.
    #[error("reading stopped after record {seq}")]
    Stopped {
        /// The last record that was visited.
        seq: u64,
    },
    /// The log was opened for reading.
    #[error("the log is open for reading only")]
    ReadOnly,
    /// A record that no reader would accept; nothing was written.
    #[error("record {seq} cannot be written: {reason}")]
    Invalid {
        /// Its position.
        seq: u64,
        /// The rule it breaks.
        reason: Reason,
    },
    /// A batch that is empty or too large; nothing was written.
    #[error("batch of {records} records and {bytes} bytes is empty or too large")]
    Batch {
        /// How many records.
        records: u64,
        /// How many bytes of frames.
        bytes: u64,
    },
    /// Limits that the format does not allow, or that leave no room for a full batch.
    #[error(
        "limits are not valid: segment {segment_bytes}, batch {batch_bytes}, frame {frame_bytes}"
    )]
    Limits {
        /// The segment limit.
        segment_bytes: u64,
        /// The batch limit.
        batch_bytes: u64,
        /// The frame limit.
        frame_bytes: u64,
    },
    /// The disk is too full for another batch; nothing was written and the log goes on.
    #[error("no space left for {needed} bytes")]
    NoSpace {
        /// Bytes that were asked for.
        needed: u64,
    },
    /// A write or sync failed: the batch may or may not be on the disk, and the log has stopped.
    #[error("outcome unknown: {source}")]
    OutcomeUnknown {
        /// What failed.
        source: Box<Error>,
    },
    /// There is no such blob.
    #[error("there is no blob {name}")]
    BlobMissing {
        /// Its name.
        name: BlobName,
    },
    /// A blob's bytes are not those that its name was made from.
    #[error("blob {name} is damaged: its bytes are not those of its name")]
    BlobDamaged {
        /// Its name.
        name: BlobName,
    },
    /// More content than a blob may have, or the caller asked for.
    #[error("the blob has more than {bytes_max} bytes")]
    BlobLong {
        /// The most bytes.
        bytes_max: u64,
    },
    /// The log has stopped after an earlier failure.
    #[error("the log has stopped after a failed write or sync")]
    Halted,
}

/// How a log contradicts its guard.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GuardProblem {
    /// The log is shorter than a checkpoint that was signed for it.
    #[error("it has {size} records and had {guarded}")]
    Shorter {
        /// Records in the log.
        size: u64,
        /// Records in the guard's checkpoint.
        guarded: u64,
    },
    /// The log has another root at the guard's size.
    #[error("its first {guarded} records are others than it had")]
    OtherRoot {
        /// Records in the guard's checkpoint.
        guarded: u64,
    },
    /// The guard itself is damaged or forged.
    #[error("the guard is no checkpoint of this log: {problem}")]
    Damaged {
        /// What is wrong with it.
        problem: NoteProblem,
    },
}

/// A `Result` of the ledger.
pub type Result<T> = std::result::Result<T, Error>;

/// Damage, with its place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("integrity failure at record {seq}, {segment} byte {offset}: {reason}")]
pub struct Integrity {
    /// The segment's file, relative to the data directory.
    pub segment: String,
    /// Where in the segment the bad frame, or the bad header, begins.
    pub offset: u64,
    /// Position of the first bad record.
    pub seq: u64,
    /// The rule that is broken.
    pub reason: Reason,
}

impl Error {
    /// For `map_err`: what was tried, on which file.
    pub(crate) fn io(action: &'static str, path: &str) -> impl FnOnce(io::Error) -> Error {
        let path = path.to_owned();
        move |source| Error::Io { action, path, source }
    }

    /// Whether the operating system said that the disk is full.
    pub(crate) fn is_no_space(&self) -> bool {
        let Error::Io { source, .. } = self else { return false };
        matches!(source.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
    }
}

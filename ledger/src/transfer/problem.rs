//! What can be wrong with an export, and why a backup is not restored.

use crate::hash::Digest;
use crate::reason::Reason;

/// What is wrong with a line of an export.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The line is longer than any that an export has.
    #[error("the line has more than {bytes_max} bytes")]
    Long {
        /// The most bytes.
        bytes_max: u64,
    },
    /// The file ends within the line.
    #[error("the file ends within the line")]
    Cut,
    /// The file ends before the line that ends an export.
    #[error("the file ends here, and the line that ends an export is missing")]
    Ended,
    /// Something follows the line that ends an export.
    #[error("something follows the end of the export")]
    Trailing,
    /// Something is not there that the line should have next.
    #[error("byte {at}: expected {expected}")]
    Expected {
        /// Offset in the line.
        at: u64,
        /// What should be there.
        expected: &'static str,
    },
    /// A part is not base64 of the right length.
    #[error("{field} is not base64, or not of the right length")]
    Base64 {
        /// The part.
        field: &'static str,
    },
    /// The line is not, byte for byte, the one that an export of the same record has.
    #[error("byte {at}: {field} is not what the record's bytes say, or not as an export writes it")]
    Field {
        /// Offset in the line.
        at: u64,
        /// The field that differs.
        field: String,
    },
    /// The record itself breaks a rule of the format.
    #[error("{0}")]
    Record(Reason),
    /// The checkpoint is no note, is not signed by the log's key, or is about another tree.
    #[error("{0}")]
    Checkpoint(Reason),
    /// The checkpoint is about records that are not in the export.
    #[error("its checkpoint is of {size} records, and the export ends before record {end}")]
    CheckpointBeyond {
        /// The size of the checkpoint's tree.
        size: u64,
        /// The position after the last record.
        end: u64,
    },
    /// The export begins after record 0.
    #[error(
        "the export begins at record {first}: only one that begins at record 0 can be imported"
    )]
    Partial {
        /// Its first record.
        first: u64,
    },
    /// An export of no records.
    #[error("the export says that it holds no records: {first} to before {end}")]
    Empty {
        /// Its first record.
        first: u64,
        /// The position after its last record.
        end: u64,
    },
    /// The export is of another log than the one that was asked for.
    #[error("the export is of log {found}, not {expected}")]
    OtherLog {
        /// The log id in the first line.
        found: Digest,
        /// The log that was asked for.
        expected: Digest,
    },
    /// Record 0 is not that of the log in the first line.
    #[error("record 0 is that of log {found}, and the first line says {expected}")]
    LogId {
        /// The link of record 0.
        found: Digest,
        /// The log id in the first line.
        expected: Digest,
    },
    /// The last line says another number of records.
    #[error("the last line says {found} records, and there are {expected}")]
    Records {
        /// What it says.
        found: u64,
        /// How many there are.
        expected: u64,
    },
    /// The last line says another link than that of the last record.
    #[error("the last line says link {found}, and the last record has {expected}")]
    Link {
        /// What it says.
        found: Digest,
        /// The link of the last record.
        expected: Digest,
    },
}

/// Why a backup is not restored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// What is there is the same log, and goes on after the backup.
    #[error("the log that is there has {target} records, the backup only {backup}")]
    Newer {
        /// Records in the backup.
        backup: u64,
        /// Records that are there.
        target: u64,
    },
    /// What is there is the same log as far as it goes, or as the backup goes.
    #[error(
        "the same log is there with {target} of the backup's {backup} records; restore into an empty directory, and then use that one"
    )]
    Older {
        /// Records in the backup.
        backup: u64,
        /// Records that are there.
        target: u64,
    },
    /// What is there has the same beginning and then went another way.
    #[error("the log that is there has another record {seq} than the backup")]
    Diverged {
        /// The last position that both have: they differ there, or before.
        seq: u64,
    },
    /// What is there is another log.
    #[error("the log that is there is {target}, the backup is of {backup}")]
    OtherLog {
        /// The backup's log id.
        backup: Digest,
        /// The id of the log that is there.
        target: Digest,
    },
    /// The backup does not end with its last record, as backups do.
    #[error("the backup is damaged: its end is not whole after record {seq}")]
    Torn {
        /// The position after the last whole record.
        seq: u64,
    },
}

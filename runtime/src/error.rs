//! The one error type of this crate.

use crate::kernel::Refused;
use std::path::{Path, PathBuf};
use std::{fmt, io};
use weft_projections::Seq;

/// Why the kernel could not be made, opened or reached.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The log refused: damaged, locked, full or halted.
    #[error(transparent)]
    Ledger(#[from] weft_ledger::Error),
    /// A file or folder of the node could not be read or written.
    #[error("{path}: {source}", path = .path.display())]
    Files {
        /// Which one.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The data directory is not empty, so no node is made there.
    #[error("{} is not empty: a node is made in a new or empty folder", .0.display())]
    NotEmpty(PathBuf),
    /// A key file could not be read or written.
    #[error("key {path}: {source}", path = .path.display())]
    Key {
        /// Which one.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// A key file has the wrong length.
    #[error("key {path} has {length} bytes, expected 32", path = .path.display())]
    KeyLength {
        /// Which one.
        path: PathBuf,
        /// Its length, in bytes.
        length: u64,
    },
    /// The key that signs the log's checkpoints is not here: this is a copy, which is only read. A log is
    /// written in one place.
    #[error("the log is a read-only copy: {} {state}", path.display())]
    NotTheLogKey {
        /// Where the key would be.
        path: PathBuf,
        /// What is there.
        state: KeyState,
    },
    /// The operating system gave no entropy.
    #[error("no entropy: {0}")]
    Entropy(String),
    /// The operating system gave no thread.
    #[error("no thread: {0}")]
    Thread(io::Error),
    /// A record's core is well-formed but means nothing to this version.
    #[error("record {seq} cannot be folded by this version: {reason}")]
    Unreadable {
        /// Which record.
        seq: Seq,
        /// What was not understood.
        reason: String,
    },
    /// The command was not recorded.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// A payload must have 1 to 1,048,576 bytes.
    #[error("payload of {0} bytes: 1 to 1048576 are possible")]
    PayloadLength(usize),
    /// The genesis record was refused.
    #[error("genesis refused: {0}")]
    Genesis(String),
    /// The wall clock lies behind the log's last record.
    #[error(
        "wall clock is {behind_ms} ms behind the last record, more than {max_ms}: set the clock"
    )]
    ClockBehind {
        /// How far, in milliseconds.
        behind_ms: u64,
        /// The most that is accepted, in milliseconds.
        max_ms: u64,
    },
    /// The ids of earlier records cannot be kept, so that no repeated one would be recognised.
    #[error(transparent)]
    Index(#[from] weft_ledger::indexer::Error),
    /// State does not fit into a snapshot.
    #[error(transparent)]
    Snapshot(#[from] weft_projections::snapshot::Error),
    /// No snapshot is taken of a log in which damage was found.
    #[error("the log is damaged")]
    Damaged,
    /// The queue to the kernel is full.
    #[error("{0} commands are waiting already")]
    QueueFull(usize),
    /// The kernel has stopped.
    #[error("the kernel has halted")]
    Halted,
    /// A thread of the kernel panicked.
    #[error("thread {0} panicked")]
    Panicked(&'static str),
}

/// What is where the key of a log would be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// Nothing.
    Missing,
    /// Another key.
    Other,
}

impl fmt::Display for KeyState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            KeyState::Missing => "is not there",
            KeyState::Other => "is not the key that signs it",
        })
    }
}

impl Error {
    pub(crate) fn files(path: &Path, source: io::Error) -> Error {
        Error::Files { path: path.to_owned(), source }
    }

    pub(crate) fn key(path: &Path, source: io::Error) -> Error {
        Error::Key { path: path.to_owned(), source }
    }
}

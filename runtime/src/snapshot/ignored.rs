//! Snapshots that were passed over.

use std::{fmt, io};
use weft_projections::{Digest, STATE_VERSION, Seq, snapshot};

/// A snapshot that was passed over.
#[derive(Debug)]
pub struct Ignored {
    /// Its path in the data directory; that of the folder if even that could not be read.
    pub file: String,
    /// What is wrong with it.
    pub why: Why,
}

impl fmt::Display for Ignored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file, self.why)
    }
}

/// What is wrong with a snapshot.
#[derive(Debug, thiserror::Error)]
pub enum Why {
    /// The operating system does not give it.
    #[error(transparent)]
    Unreadable(#[from] io::Error),
    /// It ends too early or too late.
    #[error("{found} bytes are not the length of a snapshot")]
    Length {
        /// Its length, in bytes.
        found: u64,
    },
    /// It does not begin like a snapshot of this layout.
    #[error("not a snapshot of this version")]
    Magic,
    /// It is not what was written.
    #[error("damaged: its digest is {found}, expected {expected}")]
    Damaged {
        /// The digest of its bytes.
        found: Digest,
        /// The digest at its end.
        expected: Digest,
    },
    /// It has the name of another one.
    #[error("it is of record {found}")]
    Name {
        /// The record that it is of.
        found: Seq,
    },
    /// State had another meaning when it was made.
    #[error("state version {found}, expected {STATE_VERSION}")]
    StateVersion {
        /// Its version.
        found: u32,
    },
    /// It does not belong to what it was looked up for, such as a log in which its record has another link.
    #[error("record {seq} with link {link} is not in this log")]
    Misfit {
        /// The record that it is of.
        seq: Seq,
        /// The link of that record.
        link: Digest,
    },
    /// There is no State in it.
    #[error(transparent)]
    State(#[from] snapshot::Error),
    /// The State in it is of another record than it says.
    #[error("its state is of another record")]
    Record,
    /// The State in it is another one than it says.
    #[error("its state has the root {found}, expected {expected}")]
    Root {
        /// The root of the State in it.
        found: Digest,
        /// The root that it names.
        expected: Digest,
    },
}

//! What can go wrong with the postings.

use std::io;
use std::path::PathBuf;

/// An error of the postings.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The folder is damaged and condemned: it is removed when it is opened next, and is to be made
    /// again.
    #[error("the postings are damaged: {what}")]
    Damaged {
        /// What is wrong, and where.
        what: String,
    },
    /// Another opener holds the folder.
    #[error("the postings at {} are open already", path.display())]
    Held {
        /// The folder.
        path: PathBuf,
    },
    /// The operating system refused.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// The folder or file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// A block that does not follow the ones before, or is not whole.
    #[error("a block of {len} records from {found} cannot be added where {expected} is next")]
    NotNext {
        /// Position of the block's first record that is out of place.
        found: u64,
        /// The position that is next.
        expected: u64,
        /// How many records the block has.
        len: u64,
    },
}

/// A `Result` of the postings.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    pub(super) fn damaged(what: impl Into<String>) -> Error {
        Error::Damaged { what: what.into() }
    }
}

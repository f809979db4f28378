//! What can go wrong with the files of ids.

use std::io;

/// An error of the files of ids.
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
    /// A file is damaged: nothing is known about the ids it holds until it was made again.
    #[error("{path} is damaged at byte {offset}: {what}")]
    Damaged {
        /// The file, relative to the data directory.
        path: String,
        /// Where the damaged block begins, in bytes.
        offset: u64,
        /// What is wrong there.
        what: &'static str,
    },
    /// A block of ids that does not follow the ones before.
    #[error("ids of record {found} cannot be added where {expected} is next")]
    NotNext {
        /// The position that was given.
        found: u64,
        /// The position that is next.
        expected: u64,
    },
    /// A block of ids that is too large.
    #[error("a block of {found} ids is above {}", crate::ids::BLOCK_RECORDS_MAX)]
    BlockLarge {
        /// How many ids it has.
        found: u64,
    },
}

/// A `Result` of the files of ids.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// For `map_err`: what was tried, on which file.
    pub(super) fn io(action: &'static str, path: &str) -> impl FnOnce(io::Error) -> Error {
        let path = path.to_owned();
        move |source| Error::Io { action, path, source }
    }
}

//! Why a query has no answer.

/// Why a query has no answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Something that was named does not exist.
    #[error("{what} not found")]
    NotFound {
        /// What was looked for.
        what: String,
    },
    /// The log could not be read, or holds a record of a later version.
    #[error(transparent)]
    Unread(#[from] crate::Error),
}

impl From<weft_ledger::Error> for Error {
    fn from(error: weft_ledger::Error) -> Error {
        Error::Unread(error.into())
    }
}

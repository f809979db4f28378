//! Why there is no snapshot, or no State in one.

/// Why there is no snapshot, or no State in one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// State takes more bytes than a snapshot may have.
    #[error("snapshot of more than {bytes_max} bytes")]
    TooLarge {
        /// The most it may have.
        bytes_max: usize,
    },
    /// Not the bytes of any snapshot.
    #[error("malformed snapshot: {reason}")]
    Malformed {
        /// What is wrong with them.
        reason: String,
    },
    /// State had another meaning when it was stored.
    #[error("snapshot of state version {found}, expected {expected}")]
    Version {
        /// Its version.
        found: u32,
        /// The version of this code.
        expected: u32,
    },
    /// A State that no log leads to.
    #[error("impossible state in snapshot: {what}: {reason}")]
    Impossible {
        /// The part of State.
        what: &'static str,
        /// The rule that it breaks.
        reason: String,
    },
}

impl Error {
    pub(super) fn impossible(what: &'static str, reason: impl Into<String>) -> Self {
        Self::Impossible { what, reason: reason.into() }
    }
}

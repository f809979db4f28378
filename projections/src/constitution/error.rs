//! Why a constitution was refused.

/// Why a constitution was refused, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("constitution, line {line}: {reason}")]
pub struct Error {
    /// Line, from 1; one past the last line for what is missing at the end.
    pub line: u32,
    /// What is wrong there.
    pub reason: String,
}

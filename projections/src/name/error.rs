//! Why a name was refused.

/// Why a name, path, topic or filter was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("bad {what} {text:?}: {reason}")]
pub struct Error {
    /// The sort of name.
    pub what: &'static str,
    /// The start of the text.
    pub text: String,
    /// What is wrong with it.
    pub reason: &'static str,
}

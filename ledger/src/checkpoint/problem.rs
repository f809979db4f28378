//! What can be wrong with a note.

/// What can be wrong with a checkpoint as it is written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteProblem {
    /// It has more bytes than a note may have.
    #[error("it has {found} bytes, more than {}", super::NOTE_BYTES_MAX)]
    Long {
        /// How many.
        found: u64,
    },
    /// Its bytes are not those of a signed note.
    #[error("it is no signed note")]
    Note,
    /// The text that is signed is not origin, size and root.
    #[error("its text is not origin, size and root")]
    Text,
    /// It is another log's.
    #[error("it is of \"{found}\", not of \"{expected}\"")]
    Origin {
        /// Its origin line.
        found: String,
        /// The origin line of this log.
        expected: String,
    },
    /// No line is a signature by the key that had to sign.
    #[error("it is not signed by {key}")]
    Unsigned {
        /// The key, in the form of C2SP signed-note.
        key: String,
    },
    /// A signature by a key that is known does not hold.
    #[error("its signature by {key} does not hold")]
    Signature {
        /// The key, in the form of C2SP signed-note.
        key: String,
    },
    /// It is about a smaller tree than the one before it.
    #[error("its size {found} is below that of the checkpoint before, {previous}")]
    Order {
        /// Its size.
        found: u64,
        /// The size of the one before.
        previous: u64,
    },
}

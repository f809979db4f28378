//! The error of this crate: bytes or values that are no command.

use weft_projections::Kind;

/// Why bytes or values are not a command, a request, a decision or a program.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No command has this kind.
    #[error("no command has kind {}", .kind.0)]
    UnknownKind {
        /// The kind that was asked for.
        kind: Kind,
    },
    /// The bytes are not CBOR of the expected shape.
    #[error("malformed {what}: {source}")]
    Malformed {
        /// What was being read: "arguments", "request", "decision" or "program".
        what: &'static str,
        /// What the CBOR reader said.
        source: minicbor::decode::Error,
    },
    /// The bytes read well, but a writer of this version would have written others.
    #[error("not what a writer of this version writes: {what}")]
    NotCanonical {
        /// What was being read: "arguments", "request", "decision" or "program".
        what: &'static str,
    },
    /// The arguments are larger than a record can hold beside its decision and events.
    #[error("arguments of {kind} are too long: {len} bytes of at most {len_max}")]
    TooLong {
        /// The kind of command.
        kind: Kind,
        /// How many bytes its arguments take.
        len: u64,
        /// How many they may take.
        len_max: u64,
    },
    /// A program that cannot be run.
    #[error("no program: {reason}")]
    BadProgram {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The program is longer than a record of `process.spawn` takes.
    #[error("the program takes {len} bytes, at most {len_max} allowed")]
    ProgramTooLong {
        /// How many bytes it takes.
        len: u64,
        /// How many it may take.
        len_max: u64,
    },
    /// A command id of 16 zero bytes.
    #[error("a command id is any 16 bytes but zeros")]
    ZeroCommandId,
    /// Text that is no command id.
    #[error("a command id is 32 hex digits, with hyphens or without")]
    BadCommandId,
}

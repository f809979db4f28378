//! The one error type of the crate boundary.

use crate::{constitution, name};

/// What this crate refuses.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An event of a type or version that this code does not know; folding stops here rather than skip a fact.
    #[error("unknown event: type {event_type} version {version}")]
    UnknownEvent {
        /// Its type number.
        event_type: u64,
        /// Its version.
        version: u64,
    },
    /// Bytes that no writer of events produces.
    #[error("malformed event at byte {offset}: {reason}")]
    MalformedEvent {
        /// How far the decoder had come in its input, in bytes.
        offset: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// A name, path, topic or filter that breaks its rules.
    #[error(transparent)]
    Name(#[from] name::Error),
    /// A constitution that cannot be read.
    #[error(transparent)]
    Constitution(#[from] constitution::Error),
    /// A scope outside the grammar, or an object that does not fit its action.
    #[error("no scope: {text:?}: {reason}")]
    BadScope {
        /// The text.
        text: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// Not a digest.
    #[error("no digest: {text:?}: expected 64 lower-case hex digits")]
    BadDigest {
        /// The text.
        text: String,
    },
    /// Not an id of that sort.
    #[error("no {what}: {text:?}")]
    BadId {
        /// The sort.
        what: &'static str,
        /// The text.
        text: String,
    },
    /// A number that stands for no actor.
    #[error("no actor has the number {number}")]
    BadActor {
        /// The number.
        number: u64,
    },
    /// A number that stands for no verdict.
    #[error("no verdict has the number {number}")]
    BadVerdict {
        /// The number.
        number: u8,
    },
    /// A dimension of an effect above its maximum.
    #[error("effect out of range: {value} is more than {max}")]
    EffectOutOfRange {
        /// The value.
        value: u16,
        /// The maximum.
        max: u16,
    },
}

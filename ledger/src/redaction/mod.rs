//! Erasing what a `log.redact` names (FORMAT.md 6): the payload and its salt, blobs, torn writes.
//!
//! # Invariants
//! - Nothing is erased before the redaction's record is durable, and that record is read again.
//! - Torn writes go first, then blobs, and the frame last: a payload whose frame says that it is
//!   erased has nothing left to erase. Whatever moment the power goes at, the next opening for
//!   writing finds a frame that does not say so, and completes the rest.
//! - Every step may be done again: what is gone already is passed over.
//! - What is overwritten is synced before a name goes, and read back before it counts as erased.

mod blobs;
mod complete;
mod eraser;
mod torn;

pub(crate) use self::blobs::unshared;
pub(crate) use self::complete::complete;
pub use self::eraser::Erased;
pub(crate) use self::eraser::{erase, target_of, unerased};

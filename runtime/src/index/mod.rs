//! The derived indexes of a node: which record has an id, and which records a filter finds.
//!
//! [`KnownIds`] is the deciding thread's: the ids of recent records in memory, those of all others in
//! files. The [`Follower`] is the keeper's: it reads what is durable and brings files and postings up to
//! it. The two meet in [`Standing`] alone, so neither waits for the other.
//!
//! # Invariants
//! - The ids in memory always reach down to where the files end, or nothing is said to be fresh.
//! - What the files say of an id is confirmed against the record.
//! - What is here is never consulted for truth: all of it may be deleted while no kernel runs.

mod find;
mod follower;
mod known;
mod limits;
mod opening;
mod postings;
mod standing;
#[cfg(test)]
mod tests;
mod window;

pub use find::Finder;
pub(crate) use find::held_by;
pub(crate) use follower::{Follower, More};
pub(crate) use known::{Known, KnownIds};
pub use limits::{WINDOW_RECORDS, WINDOW_RECORDS_MAX, WindowLimits};
pub use opening::{IndexOpening, Progress};
pub(crate) use opening::{Opened, Place, open};
pub(crate) use standing::Standing;

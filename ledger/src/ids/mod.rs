//! Idempotency for ever: which record has an (actor, command id), for every record there ever was.
//!
//! The runtime keeps the ids of recent records in memory; those below the [`Mark`](crate::Mark) are
//! in files, `index/ids-<first>-<end>.idx`, called *runs*: the ids of records `first..end` as
//! keyed fingerprints, sorted, behind a filter. The [`Writer`] adds runs and merges them as they
//! become many; a [`Reader`] answers for the deciding thread without waiting for anybody.
//!
//! # Invariants
//! - The runs in use lie end to end from record 0 on.
//! - A run is complete and durable before it has its name, and those it replaces go only then.
//! - Whatever an answer rests on, above all the answer "not there", was checked against a checksum
//!   that knows the file and the place. Damage is an error, never an answer.
//! - All of it can be made again from the log, and is never consulted for truth: whoever gets a
//!   position confirms it against the record.
//!
//! Start reading at `layout` for the bytes, then [`Reader`] and [`Writer`].

mod blocks;
mod build;
mod error;
mod filter;
mod fingerprint;
mod layout;
mod merge;
mod reader;
mod run;
mod survey;
#[cfg(test)]
mod tests;
mod tiers;
mod writer;

pub use self::error::{Error, Result};
pub use self::filter::FILTER_BYTES_MAX;
pub use self::fingerprint::Seed;
pub use self::reader::{Lookup, Reader};
pub use self::survey::{Dropped, Opened, Why};
pub use self::writer::{BLOCK_RECORDS_MAX, Id, Merge, Options, RUNS_MAX, Writer};

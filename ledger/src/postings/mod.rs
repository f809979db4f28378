//! Which records have a kind, an actor, a verdict, a cause or a time: for finding, not for proving.
//!
//! Records are taken in *blocks* of 4,096; for each block there is, under each [`Dimension`], one
//! value with the positions of all its terms, and one with its times. 64 blocks make a *group*, with a
//! directory of which terms occur in which of its blocks, so that what is rare is found without
//! looking at every block. All of it is in sled, in a folder of its own.
//!
//! Only whole blocks are here: records from the [`Mark`](crate::Mark) on are the caller's to look
//! at, as is every candidate ([`Filter::matches`]).
//!
//! # Invariants
//! - Every block below the mark has a value under every dimension, if an empty one, and every full
//!   group its directories: what is missing is damage, not an empty answer.
//! - Every value is written once and carries a checksum over the log's id, its key and its bytes.
//! - sled's `flush` does not sync, and sled may panic on damaged files. So its files are doubted
//!   each time: whatever does not check, in sled or here, condemns the folder, which is removed and
//!   made again from the log.
//!
//! Start reading at `key` and `table` for the bytes, then [`Writer`] and [`Reader`].

mod bits;
mod block;
mod candidates;
mod error;
mod filter;
mod group;
mod key;
mod plan;
mod reader;
mod store;
mod table;
#[cfg(test)]
mod tests;
mod times;
mod varint;
mod writer;

pub use self::block::{BLOCK_RECORDS, Posting};
pub use self::candidates::Candidates;
pub use self::error::{Error, Result};
pub use self::filter::{Direction, Filter};
pub use self::group::GROUP_BLOCKS;
pub use self::key::Dimension;
pub use self::reader::Reader;
pub use self::store::CACHE_BYTES;
pub use self::writer::{Opened, Writer};

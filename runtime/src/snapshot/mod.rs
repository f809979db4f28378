//! Snapshots of State on disk: `snapshots/<seq, 20 digits>.snap`, one file each.
//!
//! | bytes | what |
//! |---|---|
//! | 8 | `WEFTSNP1`: the layout of this table and of what is inside |
//! | 4 | state version |
//! | 8 | seq of the last record that is in it |
//! | 32 | link of that record |
//! | 8 | time of that record |
//! | 8, 8 | where the next record begins: first seq of its segment, offset in it in bytes |
//! | 32 | root of State, as `kernel.snapshot` claims it |
//! | 8 | length of what follows, in bytes |
//! | … | State ([`weft_projections::snapshot`]) |
//! | 32 | SHAKE-256 of everything before |
//!
//! Numbers are big-endian. Where the next record begins is a hint: who follows it finds there, or does not, a frame that goes on from the
//! link.
//!
//! # Invariants
//!
//! - A snapshot is a cache. Whatever is wrong with one, it is passed over and said so, and the log is folded from further back.
//! - A State that comes back has the root that its file names; whether the log led there, only the link says, and only to who has the log.
//! - A file has its name only once all of it is durable.
//! - Files that are not named like a snapshot are not touched.

mod header;
mod ignored;
mod name;
mod newest;
#[cfg(test)]
mod tests;
mod write;

pub use header::{FramePlace, Header, Snapshot};
pub use ignored::{Ignored, Why};
pub use newest::newest;
pub use write::{SNAPSHOTS_KEPT, prune, write};

//! Snapshots of State on disk: `snapshots/<seq, 20 digits>.snap`, one file each.
//!
//! | bytes | what |
//! |---|---|
//! | 8 | `WEFTSNP1`: the layout of this table and of what is inside |
//! | 4 | state version |
//! | 8 | seq of the last record that is in it |
//! | 32 | link of that record |
//! | 8 | time of that record |
//! | 8, 8 | where the batch begins that ends with that record: first seq of its segment, offset in it in bytes |
//! | 32 | root of State, as `kernel.snapshot` claims it |
//! | 8 | length of what follows, in bytes |
//! | … | State ([`weft_projections::snapshot`]) |
//! | 32 | SHAKE-256 of everything before |
//!
//! Numbers are big-endian. Where the batch begins is a hint: who opens a log from there ([`weft_ledger::Log::open_from`]) finds a batch
//! that ends with the link, or does not.
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
mod permission;
mod policy;
mod taker;
#[cfg(test)]
mod tests;
mod thread;
mod write;

pub use header::{Claim, FramePlace, Header, Snapshot};
pub use ignored::{Ignored, Why};
pub use newest::newest;
pub use permission::Permission;
pub use policy::Policy;
pub(crate) use taker::Taker;
pub(crate) use thread::{at_close, if_due, run};
pub(crate) use write::remove_all;
pub use write::{SNAPSHOTS_KEPT, prune, write};

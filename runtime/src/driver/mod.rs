//! Two threads: one gates, decides and evolves; the other hashes, writes and syncs.
//!
//! While batch *n* syncs, batch *n+1* is decided. The queues are bounded, every answer waits for
//! the sync it depends on, and a failed sync ends both threads.

mod aside;
mod committer;
mod handle;
mod reply;
mod writer;

pub(crate) use aside::Aside;
pub use handle::{Driver, Handle, QUEUE_COMMANDS_MAX};
pub(crate) use reply::{Numbered, Ticket};

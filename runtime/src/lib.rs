//! The kernel: from a command to a durable record and back to State.
//!
//! **Owns** the order of things: receipt, gate, decide, evolve, commit, answer; opening and replay;
//! the two threads; the platforms; a node's keys and folders. It is the one place where the ledger's
//! bytes become the projections' meaning.
//!
//! **Must not know** how anything looks on a terminal, what an event does to State, how a frame is
//! laid out.
//!
//! # Invariants
//!
//! - Nobody is answered before everything the answer depends on is synced.
//! - State that was published is durable. State that ran ahead dies with a failed write.
//! - A failed write or sync is never retried: the kernel halts.
//! - There is one writer: the lock of the data directory is held as long as the log is open.
//! - An id that was ever recorded is not executed again; where that cannot be told, nothing is.
//! - Replay takes no reactor, no clock and no entropy.
//! - No queue is unbounded.
//! - Only `platform/native.rs` reads a clock.
//!
//! Start reading at `kernel/front.rs`, then `kernel/back.rs` and `driver/writer.rs`.

pub mod api;
pub mod daemon;
mod driver;
mod error;
mod index;
mod inspect;
mod keeper;
mod kernel;
mod log_key;
pub mod node;
pub mod platform;
pub mod reactor;
pub mod replay;
pub mod scrub;
pub mod shim;
pub mod snapshot;
#[cfg(test)]
mod testing;

pub use driver::{Driver, Handle, QUEUE_COMMANDS_MAX};
pub use error::{Error, KeyState};
pub use index::{Finder, IndexOpening, Progress, WINDOW_RECORDS, WINDOW_RECORDS_MAX, WindowLimits};
pub use inspect::{Inspection, Rehearsal};
pub use kernel::{
    Answer, Batch, CLOCK_DRIFT_MS_MAX, Genesis, Head, Kernel, Opening, PayloadView, Published,
    Receipt, RecordView, Refused, Request, Room, Ruling, SealedPayload, boot, claim, decode_record,
    shutdown, view,
};
pub use platform::{Native, Platform, Sim, SimClock};
pub use replay::replay;
pub use weft_ledger::{OpenOptions, Reader};

//! The kernel: one command from the gate to the disk and back.
//!
//! [`Front`] decides and owns State; [`Back`] writes. [`Kernel`] is both in one thread, and
//! [`crate::Driver`] runs each in a thread of its own.

mod answer;
mod back;
mod batch;
#[cfg(test)]
mod blob_tests;
mod boot;
mod core;
mod front;
mod genesis;
mod hybrid_clock;
mod likeness;
mod open;
mod opening;
mod parts;
mod published;
mod recordable;
mod request;
mod submit;
mod suppressed;
mod told;

pub use answer::{Answer, Receipt, Refused, Ruling};
pub(crate) use back::Back;
pub use batch::Batch;
pub use boot::{boot, claim, shutdown};
pub use core::{PayloadView, RecordView, decode_record, view};
pub(crate) use front::Front;
pub use front::Room;
pub use genesis::Genesis;
pub(crate) use genesis::{Begun, begin};
pub use hybrid_clock::CLOCK_DRIFT_MS_MAX;
pub(crate) use likeness::repeat;
pub(crate) use open::Fold;
pub use opening::Opening;
pub(crate) use opening::{Opened, open as open_log};
pub(crate) use published::Board;
pub use published::{Head, Published};
pub(crate) use recordable::recordable;
pub use request::{Request, SealedPayload};
pub(crate) use submit::Divided;
pub use submit::Kernel;
pub(crate) use told::rehearsed;

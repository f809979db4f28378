//! Commands, the governance gate and the deciders: what may be asked, what the law says to it, and
//! what follows.
//!
//! It owns the command types and their encoding, the form of a program that the kernel runs, the rulings
//! of the gate and their encoding, and the reasons for which a command is rejected. It must not know files, clocks, randomness, threads,
//! floats, `HashMap` order, or the ledger.
//!
//! # Invariants
//!
//! - [`gate`], [`gate_query`] and [`decide`] are functions of their arguments: no I/O, no clock, no randomness, no
//!   state of their own. The same inputs give the same bytes.
//! - Default deny: a ruling without a finding is a denial; an unknown action, actor or request is
//!   denied; no check can lower what another found.
//! - A denied, deferred or rejected command has no events ([`rule`]).
//! - What is decided evolves: every event of [`decide`] changes the State it was decided on.
//! - No right is ever handed on that is more than the right it comes from, in scope or in time.
//! - Neither the gate nor a decider sees the bytes of a payload, or knows about replay.
//! - One value has one encoding; reading any other bytes is an error, never a panic.
//!
//! # Where to start
//!
//! [`Command`] lists what can be asked; `ruling.rs` is the path of one command; `gate/order.rs` the
//! order of the checks; `deciders/dispatch.rs` which decider answers what.

mod catalogue;
mod chain;
mod codec;
mod command;
mod context;
mod deciders;
mod decision;
mod error;
mod finding;
mod gate;
mod limited;
pub mod limits;
mod program;
#[cfg(test)]
mod properties;
mod refusal;
mod rejection;
pub mod requests;
mod ruling;
mod submission;
mod target;
#[cfg(test)]
mod testing;

pub use catalogue::{Argument, Entry, FindingEntry, catalogue, findings};
pub use codec::{
    Request, Stored, decode_decision, decode_request, encode_decision, encode_request,
};
pub use command::Command;
pub use context::{Context, Redactable, Rotation};
pub use deciders::decide;
pub use decision::Decision;
pub use error::Error;
pub use finding::Finding;
pub use gate::{GATE_VERSION, View, gate, gate_query};
pub use limited::Limited;
pub use program::Program;
pub use refusal::{Code, Refusal};
pub use rejection::{Class, Rejection};
pub use ruling::{Ruling, rule};
pub use submission::{CommandId, PayloadInfo, Submission};
pub use target::Target;

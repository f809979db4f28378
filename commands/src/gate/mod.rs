//! The gate: may this actor do this, under this law? Pure, default deny.
//!
//! Each check is a file and adds findings in a fixed order: who asks, what right they hold, how far
//! the effect reaches. The verdict is the join over all findings, so a check can only raise it.

mod capability;
mod effect;
mod order;
mod query;
mod who;

pub use order::{GATE_VERSION, gate};
pub use query::{View, gate_query};

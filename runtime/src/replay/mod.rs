//! State from the log alone: as of any record, and held against what the log claims about it.

mod check;
mod fold;

pub use check::{Claim, Divergence, Replayed, check};
pub use fold::replay;
pub(crate) use fold::replay_from;

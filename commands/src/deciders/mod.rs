//! What follows from a command that the gate let through: events, or a reason why not. One file per
//! family. Pure; what is decided always evolves.

mod capability;
mod causal;
mod delegation;
mod dispatch;
mod ipc;
mod kernel;
mod log;
mod lookup;
mod payload;
mod process;
mod topic;
mod tree;

pub use dispatch::decide;

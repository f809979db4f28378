//! What can be asked for: one file per family, one struct per command.
//!
//! The struct's fields are the command's arguments. Each is encoded as a CBOR map under the integer
//! keys written on its fields; a key is never reused, and `fixtures/golden/commands` pins the bytes.

pub mod capability;
pub mod causal;
pub mod governance;
pub mod ipc;
pub mod kernel;
pub mod log;
pub mod process;
pub mod topic;
pub mod tree;
pub mod unrecognised;

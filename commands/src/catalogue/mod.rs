//! Every command in words, for docs/events.md. A test keeps the words beside the code.

mod entries;
mod entry;

pub use entries::catalogue;
pub use entry::{Argument, Entry};

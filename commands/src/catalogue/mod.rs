//! Every command and every finding in words, for docs/events.md. Tests keep the words beside the code.

mod entries;
mod entry;
mod finding;

pub use entries::catalogue;
pub use entry::{Argument, Entry};
pub use finding::{FindingEntry, findings};

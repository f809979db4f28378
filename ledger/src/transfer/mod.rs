//! Moving logs about: export and import as JSON Lines, backup and restore, and the records of one
//! log under the links of another.
//!
//! # Invariants
//! - What is written was verified as it was written, and is read back from the target and verified
//!   again before it becomes a log: all segments are staged under temporary names, and the first
//!   gets its own name last, once everything else is durable.
//! - A transfer that was cut short leaves something that no kernel takes for a log
//!   ([`crate::Error::Unfinished`]), and that the next transfer into the same directory removes.
//! - Nothing is ever written where there is or was a log.
//! - Memory is constant: it does not grow with the log.

mod backup;
mod blobs;
mod export;
mod import;
mod line;
mod lines;
mod notes;
mod packer;
mod problem;
mod refork;
mod restore;
mod scanner;
mod stage;
mod unproven;

pub use self::backup::{BackedUp, backup};
pub use self::blobs::copy_blobs;
pub use self::export::{ExportOptions, Exported, export};
pub use self::import::{CheckedExport, ImportOptions, Imported, check_export, import};
pub use self::line::{EXPORT_FORMAT, LINE_BYTES_MAX};
pub use self::problem::{Problem, Refusal};
pub use self::refork::{Refork, Reforked, refork};
pub use self::restore::restore;

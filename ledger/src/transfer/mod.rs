//! Moving logs about: export and import as JSON Lines, backup and restore, and the records of one
//! log under the links of another.
//!
//! # An export
//!
//! Lines of JSON (RFC 8259) in UTF-8, each ended by a line feed and of at most 1,500,000 bytes
//! ([`LINE_BYTES_MAX`]). Each line has one form only: the fields below, all of them, in this order,
//! without white space; a reader writes what it has read again and refuses a line that differs by a
//! byte. Integers are below 2^53, without sign and leading zeros; digests, ids and links are lower-case
//! hex; `time` is decimal in a string; base64 is the standard alphabet with padding. Strings escape `"`,
//! `\`, line feed as `\n`, other control characters as `\u00xx`, and nothing else.
//!
//! ```text
//! {"format":"weft-export/1","log_id":"<64 hex>","first":0,"end":8,"checkpoint":"<a signed note>"|null}
//! {"seq":0,"time":"…","kind":1,"verdict":"permit|warn|defer|deny","rejected":false,
//!  "actor":"kernel|process:N|operator:N|node:N|unauthenticated","cause":null|N,"command_id":"<32 hex>",
//!  "link":"<64 hex>","prev":"<64 hex>","payload_state":"none|whole|erased",
//!  "header":"<base64 of 128 bytes>","salt":"<of 16>","core":"<…>"[,"payload_salt":"<of 16>","payload":"<…>"]}
//! {"end":true,"records":8,"link":"<that of the last record>"}
//! ```
//!
//! The second form stands once for each record from `first` to before `end`, on one line; its last two
//! fields are there exactly when `payload_state` is `whole`. Header, salts, core and payload are the
//! record's own bytes (FORMAT.md 1), so nothing is lost and every link can be computed from the line; all
//! before `header` says the same again for people, and has to agree. Nothing of segments, batches and
//! nonces is exported. `checkpoint` is of at most `end` records. Without the last line an export was cut
//! short. An export of which `first` is not 0 can be checked and not imported.
//!
//! # Staging
//!
//! A log that is being moved in stands as `log/<20-digit first seq>.seg.tmp`; that of seq 0 is made and
//! its name synced before any other. Once all are whole, synced, read back and verified, the later ones
//! get their names, the directory is synced, and that of seq 0 gets its name last. So a `…0.seg.tmp`
//! without its `…0.seg` (and without `torn-*`) says that whatever stands there was never a log; the next
//! transfer removes all of it, that file last. `checkpoints` and `cosigned` are written before the records
//! are read back, blobs before the segments get their names.
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

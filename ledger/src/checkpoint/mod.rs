//! Checkpoints (FORMAT.md 4): what the log's owner signs about the tree, where that is kept, and the
//! guard that lies outside the data directory.
//!
//! A checkpoint is a C2SP tlog-checkpoint in a C2SP signed note; parsing, key ids and signature lines
//! are those of `signed_note` and `tlog_tiles`, and signatures are verified strictly.

mod anchor;
mod checkpointer;
mod cosigned;
mod file;
mod guard;
mod head;
mod key;
mod keys;
mod note;
mod problem;
mod signer;
mod watch;

pub use self::anchor::Anchor;
pub use self::checkpointer::Checkpointer;
pub(crate) use self::checkpointer::Followed;
pub use self::cosigned::{Kept, keep_cosigned};
pub(crate) use self::file::cut_unterminated;
pub use self::file::{CHECKPOINTS_FILE, COSIGNED_FILE, Notes, latest_checkpoint};
pub use self::guard::GUARD_DIR;
pub use self::head::TreeHead;
pub use self::key::{VerifierKey, WitnessKey};
pub use self::keys::LogKeys;
pub use self::note::{Checkpoint, Cosignature, NOTE_BYTES_MAX};
pub use self::problem::NoteProblem;
pub use self::signer::{Signer, rotation_message};
pub(crate) use self::watch::{Depth, Watch};
pub use self::watch::{GuardState, Watched};

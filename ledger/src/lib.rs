//! The ExoChain on disk: records, segments, group commit, recovery, verification.
//!
//! Owns the bytes of the log as `docs/format.md` lays them down: how a record is encoded, hashed
//! and committed to ([`Header`], [`Pending`]), how batches are written and made durable ([`Log`]),
//! what a crash may have left and what is damage ([`Log::open`]), how records are found again
//! ([`Reader`]), and how an outsider checks it all ([`verify`]).
//!
//! Must not know what a command or an event means (but for the kinds below 64, which are the log's
//! own), which clock or entropy is used, or anything of tokio.
//!
//! # Invariants
//! - Nothing is acknowledged before the sync that covers it has succeeded, and no batch is written
//!   before the sync of the one before.
//! - No write or sync is tried twice: after a failure the log has stopped.
//! - Nothing is ever re-encoded in order to be hashed: what is hashed is what is stored.
//! - Damage is never skipped or repaired; it is an [`Integrity`] error with its place. Only a torn
//!   write at the very end is cut, and its bytes are saved first.
//! - One writer at a time: it holds the directories themselves, whatever path leads to them.
//! - No file is ever overwritten by another, and no log begins where there was one.
//! - Reading never writes. A reader beside its own writer sees no record that is not durable; a log
//!   opened for reading may end in a batch that is not synced yet, and says so: the tail is
//!   unsettled while a writer holds the log, and [`Opening::settled`] is durable in any case.
//! - No allocation is sized by a stored number before that number was held to its limit.
//! - What comes from elsewhere ([`transfer`]) becomes a log only once all of it was verified and is
//!   durable.
//! - No thread outlives a call, and with one thread the order of reads and writes is always the
//!   same.
//!
//! Start reading at [`Log`], then `frame` for the bytes and `scan::tail` for the batch rule.

pub mod blob;
mod checkpoint;
mod class;
mod collect;
mod entries_back;
mod entry;
mod error;
mod frame;
mod hash;
mod headers;
pub mod ids;
mod index;
pub mod indexer;
pub mod limits;
mod locks;
mod log;
mod mark;
mod opening;
mod options;
pub mod postings;
mod proof;
mod reader;
mod reason;
mod record;
mod recover;
mod redaction;
mod replace;
mod resume;
mod scan;
mod seal;
mod segment;
mod shared;
pub mod storage;
mod tail;
#[cfg(test)]
mod tests;
pub mod transfer;
mod tree;
mod verify;
mod writer;
mod zeros;

pub use self::blob::{BlobName, Blobs};
pub use self::checkpoint::{
    Anchor, CHECKPOINTS_FILE, COSIGNED_FILE, Checkpoint, Checkpointer, Cosignature, GUARD_DIR,
    GuardState, Kept, LogKeys, NOTE_BYTES_MAX, NoteProblem, Notes, Signer, TreeHead, VerifierKey,
    Watched, WitnessKey, keep_cosigned, latest_checkpoint, rotation_message,
};
pub use self::class::Class;
pub use self::collect::collect_blobs;
pub use self::entries_back::EntriesBack;
pub use self::entry::Entry;
pub use self::error::{Error, GuardProblem, Integrity, Result};
pub use self::frame::Payload;
pub use self::hash::{Digest, Hasher, Shake, TinyKeccak};
pub use self::headers::HeaderEntries;
pub use self::index::Head;
pub use self::limits::Limits;
pub use self::locks::{Occupancy, occupancy};
pub use self::log::{Log, Nonces};
pub use self::mark::Mark;
pub use self::opening::Opening;
pub use self::options::{Mode, OpenOptions};
pub use self::proof::{PROOF_BYTES_MAX, Proof, ProofProblem, Proved, Reveal};
pub use self::reader::{Entries, Reader};
pub use self::reason::{CborProblem, Reason};
pub use self::record::{
    CORE_VERSION, Core, FORMAT, Header, MAGIC, PayloadPart, Pending, Verdict, core_commit,
    decode_core, kind, link, payload_commit,
};
pub use self::redaction::Erased;
pub use self::resume::{Start, keep_places};
pub use self::scan::PendingRedactions;
pub use self::segment::{LOG_DIR, Nonce, SegmentHeader};
pub use self::storage::memory;
pub use self::storage::{Files, Memory, Reserved, Storage};
pub use self::tail::{Tail, Torn};
pub use self::tree::{
    Peaks, ProofError, Root, TILE_DIR, TreeReader, check_consistency, check_inclusion, leaf,
};
pub use self::verify::{Hashing, Report, VerifyOptions, verify, verify_from, verify_guarded};
pub use self::writer::Sealed;

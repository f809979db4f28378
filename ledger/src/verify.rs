//! Checking a whole log, as an outsider would: on every core, in constant memory.

use std::ops::ControlFlow;

use crate::checkpoint::{Depth, Watched, WitnessKey};
use crate::entry::Entry;
use crate::error::Result;
use crate::hash::{Digest, Hasher, Sha3, Shake};
use crate::index::Head;
use crate::log::{head_of, hold, unsettled, watch};
use crate::options::default_threads;
use crate::scan::{Collector, Layout, Listener, PendingRedactions, Surveyed, survey};
use crate::storage::Storage;
use crate::tail::Tail;

/// How a log is verified.
#[derive(Clone, Copy, Debug)]
pub struct VerifyOptions {
    /// What hashes.
    pub hashing: Hashing,
    /// Threads that check records; 1 does everything on the caller's.
    pub threads: usize,
}

impl Default for VerifyOptions {
    /// The kernel's own hashing, with a thread for every core.
    fn default() -> Self {
        VerifyOptions { hashing: Hashing::Shake, threads: default_threads() }
    }
}

/// Which implementation of SHAKE-256 hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hashing {
    /// The `shake` crate, which the kernel writes with.
    Shake,
    /// The `sha3` crate, which shares no code with it.
    Sha3,
}

/// What a log that verifies amounts to.
#[derive(Clone, Debug)]
pub struct Report {
    /// The last record.
    pub head: Head,
    /// The link of record 0.
    pub log_id: Digest,
    /// How many segments there are.
    pub segments: u64,
    /// Bytes of all segments, reserve included.
    pub bytes: u64,
    /// How many records lie before the last batch. Those after them are whole too, but beside a
    /// running writer they may not be durable yet.
    pub settled: u64,
    /// What stands behind the last record: whole, or unsettled.
    pub tail: Tail,
    /// Redactions that were cut short: the next opening for writing completes them.
    pub pending: PendingRedactions,
    /// What was found of checkpoints and of the guard.
    pub watched: Watched,
}

/// Reads a whole log, changes nothing, and holds every byte to the format: links, commitments,
/// checksums, canonical cores, segments. `progress` hears how many bytes of how many are done.
///
/// # Errors
/// [`crate::Error::Integrity`] with the first bad record and its place, [`crate::Error::Missing`]
/// and its kin if there is no log, or what the storage says. A torn write at the end of a stopped
/// log is reported and no error.
pub fn verify<S: Storage>(
    storage: &S,
    options: VerifyOptions,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Report> {
    verify_guarded(storage, None, &[], options, progress)
}

/// The same, and holds the log to its guard in `guards`, if there is such a place, and to the
/// cosignatures of `witnesses`. A guard that contradicts the log is told in the report.
///
/// # Errors
/// As [`verify`].
pub fn verify_guarded<S: Storage>(
    storage: &S,
    guards: Option<&S>,
    witnesses: &[WitnessKey],
    options: VerifyOptions,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Report> {
    match options.hashing {
        Hashing::Shake => {
            verify_with::<S, Shake>(storage, guards, witnesses, options.threads, progress)
        }
        Hashing::Sha3 => {
            verify_with::<S, Sha3>(storage, guards, witnesses, options.threads, progress)
        }
    }
}

fn verify_with<S: Storage, H: Hasher>(
    storage: &S,
    guards: Option<&S>,
    witnesses: &[WitnessKey],
    threads: usize,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Report> {
    let watch = watch::<S, H>(storage, guards, Depth::All)?;
    let mut watch = watch.knowing(witnesses.to_vec());
    // What was signed before the files are listed is in them.
    let mut layout = Layout::read::<S, H>(storage)?;
    let mut collector = Collector::new();
    let surveyed = {
        let mut visit = |entry: &Entry<'_>| match watch.take(entry) {
            true => ControlFlow::Continue(()),
            false => ControlFlow::Break(()),
        };
        let mut listener = Listener { visit: &mut visit, progress };
        survey::<S, H>(storage, &mut layout, threads, &mut collector, &mut listener)
    };
    let Surveyed { torn, pending } = watch.failure().map_or(surveyed, Err)?;
    hold(&layout, &collector, torn.as_ref(), &watch)?;
    let (watched, _) = watch.finish();
    Ok(Report {
        head: head_of(&collector),
        log_id: layout.log_id,
        segments: layout.segments.len() as u64,
        bytes: layout.bytes(),
        settled: collector.last_batch.seq,
        tail: unsettled(&layout, torn.as_ref()),
        pending,
        watched,
    })
}

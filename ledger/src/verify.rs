//! Checking a whole log, as an outsider would: on every core, in constant memory.

use std::ops::ControlFlow;

use crate::checkpoint::{Anchor, Depth, Watch, Watched, WitnessKey};
use crate::entry::Entry;
use crate::error::Result;
use crate::hash::{Digest, Hasher, Shake, TinyKeccak};
use crate::index::Head;
use crate::log::{head_of, hold, unsettled, watch};
use crate::options::default_threads;
use crate::resume::{Resumed, locate, resume};
use crate::scan::{Collector, Layout, Listener, PendingRedactions, Surveyed, survey};
use crate::storage::Storage;
use crate::tail::Tail;
use crate::tree::TreeReader;

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
    /// The `tiny-keccak` crate, which shares no code with it.
    TinyKeccak,
}

/// What a log that verifies amounts to.
#[derive(Clone, Debug)]
pub struct Report {
    /// The last record.
    pub head: Head,
    /// The link of record 0.
    pub log_id: Digest,
    /// The first record that was read: 0, or where reading went on from an anchor.
    pub first_read: u64,
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
    HeldTo { storage, guards, witnesses, anchor: None }.verify(options, progress)
}

/// The same, and holds the log to a checkpoint that the caller kept: the log has to continue it.
/// Records before the batch in which the anchor's last one lies are passed over, where the tree's right
/// edge there can be made from tiles ([`Report::first_read`] says from where on records were read). The
/// records from there to the anchor have to lead from that edge to the root that was signed, so the edge,
/// and with it every header before, is what the anchor is about; what is stored of those records is not
/// looked at. Where that cannot be shown, everything is read.
///
/// # Errors
/// As [`verify`]; a log that is shorter than the anchor or has another root at its size is damage.
pub fn verify_from<S: Storage>(
    storage: &S,
    guards: Option<&S>,
    witnesses: &[WitnessKey],
    anchor: &Anchor,
    options: VerifyOptions,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Report> {
    HeldTo { storage, guards, witnesses, anchor: Some(anchor) }.verify(options, progress)
}

/// A log and everything that it is held to.
struct HeldTo<'a, S: Storage> {
    storage: &'a S,
    guards: Option<&'a S>,
    witnesses: &'a [WitnessKey],
    anchor: Option<&'a Anchor>,
}

impl<S: Storage> HeldTo<'_, S> {
    fn verify(&self, options: VerifyOptions, progress: &mut dyn FnMut(u64, u64)) -> Result<Report> {
        match options.hashing {
            Hashing::Shake => self.verify_with::<Shake>(options.threads, progress),
            Hashing::TinyKeccak => self.verify_with::<TinyKeccak>(options.threads, progress),
        }
    }

    fn verify_with<H: Hasher>(
        &self,
        threads: usize,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Report> {
        if let Some(anchor) = self.anchor {
            anchor.check_origin(Layout::read::<S, H>(self.storage)?.keys.origin())?;
            // Whatever is wrong on the short way, it is the whole log that says what it is.
            if let Ok(Some(report)) = self.read_on::<H>(anchor, threads, progress) {
                return Ok(report);
            }
        }
        let watch = self.watch::<H>()?;
        // What was signed before the files are listed is in them.
        let layout = Layout::read::<S, H>(self.storage)?;
        self.read::<H>(layout, watch, Collector::new(), threads, progress)
    }

    /// Reads on from the anchor; `None` where something for it is missing.
    fn read_on<H: Hasher>(
        &self,
        anchor: &Anchor,
        threads: usize,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Option<Report>> {
        let watch = self.watch::<H>()?;
        let layout = Layout::read::<S, H>(self.storage)?;
        let last = anchor.head().size.saturating_sub(1);
        let Some((start, reader)) = locate(self.storage, &layout, last)? else { return Ok(None) };
        let Resumed { collector, edge, keys } = resume(self.storage, &layout, &start)?;
        // The keys come from record 0: it has to be the one that the anchor is about.
        let tree = TreeReader::new(self.storage.clone(), reader);
        tree.keeping_no_tiles().inclusion(&anchor.head(), 0)?;
        let Some(watch) = watch.passing(edge, keys)? else { return Ok(None) };
        self.read::<H>(layout, watch, collector, threads, progress).map(Some)
    }

    fn watch<H: Hasher>(&self) -> Result<Watch<S>> {
        let watch = watch::<S, H>(self.storage, self.guards, Depth::All)?;
        let watch = watch.knowing(self.witnesses.to_vec());
        Ok(match self.anchor {
            Some(anchor) => watch.anchored(anchor.clone()),
            None => watch,
        })
    }

    /// Reads every record from where the collector stands.
    fn read<H: Hasher>(
        &self,
        mut layout: Layout,
        mut watch: Watch<S>,
        mut collector: Collector,
        threads: usize,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Report> {
        let first_read = collector.size();
        let surveyed = {
            let mut visit = |entry: &Entry<'_>| match watch.take(entry) {
                true => ControlFlow::Continue(()),
                false => ControlFlow::Break(()),
            };
            let mut listener = Listener { visit: &mut visit, progress };
            survey::<S, H>(self.storage, &mut layout, threads, &mut collector, &mut listener)
        };
        let Surveyed { torn, pending } = watch.failure().map_or(surveyed, Err)?;
        hold(&layout, &collector, torn.as_ref(), &watch)?;
        let (watched, _) = watch.finish();
        Ok(Report {
            head: head_of(&collector),
            log_id: layout.log_id,
            first_read,
            segments: layout.segments.len() as u64,
            bytes: layout.bytes(),
            settled: collector.last_batch.seq,
            tail: unsettled(&layout, torn.as_ref()),
            pending,
            watched,
        })
    }
}

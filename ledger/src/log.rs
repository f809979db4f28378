//! An open log.

use std::ops::ControlFlow;
use std::sync::Arc;

use crate::checkpoint::{
    Checkpointer, Depth, Followed, GUARD_DIR, GuardState, LogKeys, Signer, Watch, Watched,
    cut_unterminated,
};
use crate::entry::Entry;
use crate::error::{Error, Result};
use crate::hash::{Digest, Hasher, Shake};
use crate::index::Head;
use crate::limits::Limits;
use crate::locks::{self, Locks};
use crate::opening::Opening;
use crate::options::{Mode, OpenOptions};
use crate::reader::Reader;
use crate::reason::Reason;
use crate::record::Pending;
use crate::recover;
use crate::redaction::{self, Erased, complete};
use crate::resume::{Resumed, Start, resume};
use crate::scan::{
    Bad, Collector, Layout, Listener, Listing, PendingRedactions, Surveyed, TornTail, integrity,
    survey,
};
use crate::shared::Shared;
use crate::storage::{Reserved, Storage};
use crate::tail::{Tail, Torn};
use crate::tree::Edge;
use crate::writer::{Sealed, Writer};

/// Where a log gets the secrets of its segments from: 16 random bytes per call.
pub type Nonces = Box<dyn FnMut() -> [u8; 16] + Send>;

/// An open log: the one writer of a data directory, or a reader of it.
pub struct Log<S: Storage> {
    storage: S,
    guards: Option<S>,
    shared: Arc<Shared>,
    log_id: Digest,
    limits: Limits,
    writer: Option<Writer<S>>,
    /// Where the first [`Checkpointer`] goes on.
    followed: Option<Followed>,
}

impl<S: Storage> Log<S> {
    /// Begins a log with its record 0, durably, in a data directory that has none.
    ///
    /// # Errors
    /// [`Error::Exists`] if there is anything of a log already, [`Error::Locked`],
    /// [`Error::Invalid`] if the record is no genesis, or what the storage says.
    pub fn create(storage: S, limits: Limits, nonces: Nonces, genesis: &Pending) -> Result<Log<S>> {
        check_limits(&limits)?;
        let (writer, index) = Writer::begin(&storage, limits, nonces, genesis)?;
        let head = writer.head();
        let shared = Arc::new(Shared::new(head, index));
        let keys = LogKeys::of_genesis(&genesis.core, head.link);
        let followed = Some(Followed::nothing(keys));
        let (log_id, guards, writer) = (head.link, None, Some(writer));
        Ok(Log { storage, guards, shared, log_id, limits, writer, followed })
    }

    /// The same log, whose guard lies in `guards`: a place outside the data directory.
    #[must_use]
    pub fn guarded_by(self, guards: S) -> Log<S> {
        Log { guards: Some(guards), ..self }
    }

    /// Opens a log: reads and checks every record, shows each to `visit` in order, and recovers
    /// what a crash left behind. When this returns for a writer, everything that was visited is
    /// durable; for a reader, everything before [`Opening::settled`].
    ///
    /// # Errors
    /// [`Error::Missing`] and its kin if there is no log, [`Error::Locked`],
    /// [`Error::Integrity`] for damage, [`Error::PendingRedactions`] if a reader would have to keep
    /// too many apart, [`Error::Stopped`] if `visit` broke off, or what the storage says. Nothing is
    /// changed unless all records were read without an error.
    pub fn open(
        storage: S,
        options: OpenOptions,
        nonces: Nonces,
        visit: &mut dyn FnMut(&Entry<'_>) -> ControlFlow<()>,
    ) -> Result<(Log<S>, Opening)> {
        Log::open_guarded(storage, None, options, nonces, visit)
    }

    /// The same, held to the guard in `guards`, a place outside the data directory.
    ///
    /// # Errors
    /// As [`Log::open`], and [`Error::Guard`] for a writer whose log contradicts its guard; a reader
    /// is told so in [`Opening::watched`].
    pub fn open_guarded(
        storage: S,
        guards: Option<S>,
        options: OpenOptions,
        nonces: Nonces,
        visit: &mut dyn FnMut(&Entry<'_>) -> ControlFlow<()>,
    ) -> Result<(Log<S>, Opening)> {
        Log::open_from(storage, guards, options, nonces, None, visit)
    }

    /// The same, but what lies before the batch of `start` is not read: the caller knows what it
    /// amounts to, and a later checkpoint binds it. `visit` sees the records of that batch again.
    ///
    /// # Errors
    /// As [`Log::open_guarded`], and [`Error::Start`] when the log cannot be gone on with from there.
    /// Whatever the error, it is the log without `start` that says what is wrong with the log.
    pub fn open_from(
        storage: S,
        guards: Option<S>,
        options: OpenOptions,
        nonces: Nonces,
        start: Option<&Start>,
        visit: &mut dyn FnMut(&Entry<'_>) -> ControlFlow<()>,
    ) -> Result<(Log<S>, Opening)> {
        check_limits(&options.limits)?;
        if Listing::read(&storage)?.evidence().is_none() {
            // Nothing may be left in a directory that is not a node's, not even a lock.
            return Err(Error::Missing);
        }
        let locks = match options.mode {
            Mode::Writer => Some(Locks::take(&storage)?),
            Mode::ReadOnly => None,
        };
        // A writer that is there before or after was there when the last batch was read.
        let writer_before = locks.is_none() && locks::is_taken(&storage)?;
        let mut watch = watch::<S, Shake>(&storage, guards.as_ref(), Depth::Last)?;
        if locks.is_some() {
            watch = watch.writing_tiles(storage.clone());
        }
        // What was signed before the files are listed is in them.
        let mut layout = Layout::read::<S, Shake>(&storage)?;
        let (mut collector, mut watch) = begin(&storage, &layout, start, watch)?;
        let first_read = collector.size();
        let threads = options.threads;
        let Surveyed { torn, pending } =
            read(&storage, &mut layout, threads, &mut collector, &mut watch, start, visit)?;
        hold(&layout, &collector, torn.as_ref(), &watch)?;
        let unterminated = watch.unterminated();
        let (watched, edge) = watch.finish();
        let head = head_of(&collector);
        let settled = collector.last_batch.seq;
        let (tail, writer) = match locks {
            None => {
                let beside_writer = writer_before || locks::is_taken(&storage)?;
                let unsynced = beside_writer.then(|| unsynced(&layout, &collector)).flatten();
                check_count(&pending)?;
                let torn = torn.map(|tail| Torn::new(&layout, &tail, None));
                (torn.or(unsynced).map_or(Tail::Whole, Tail::Unsettled), None)
            }
            Some(locks) => {
                refuse_contradiction(&watched, &layout.log_id)?;
                if let Some(end) = unterminated {
                    cut_unterminated(&storage, end)?;
                }
                let mut tail = recover::recover(&storage, &layout, &collector, torn.as_ref())?;
                if complete(&storage, &layout, threads, &collector, &pending)?.torn > 0 {
                    tail = tail.without_its_copy();
                }
                let end = collector.end.offset;
                let limits = options.limits;
                let writer =
                    Writer::resume(&storage, limits, nonces, locks, layout.last(), end, head)?;
                (tail, Some(writer.of_log(layout.log_id)))
            }
        };
        let followed = writer.is_some().then(|| followed(edge, head, &watched));
        let log_id = layout.log_id;
        let shared = Arc::new(Shared::new(head, collector.index));
        if writer.is_none() {
            shared.withhold(&pending.seqs);
        }
        let opening = Opening { head, log_id, first_read, settled, tail, pending, watched };
        let (log_id, limits) = (opening.log_id, options.limits);
        Ok((Log { storage, guards, shared, log_id, limits, writer, followed }, opening))
    }

    /// Makes sure that a full batch can be written, on this segment or the next.
    ///
    /// # Errors
    /// [`Error::NoSpace`] when the disk is too full: nothing was written, and the log goes on.
    /// [`Error::ReadOnly`], [`Error::Halted`], or [`Error::OutcomeUnknown`] when changing to the
    /// next segment failed, after which the log has stopped.
    pub fn reserve(&mut self) -> Result<Reserved> {
        let shared = &self.shared;
        self.writer.as_mut().ok_or(Error::ReadOnly)?.reserve(shared)
    }

    /// Writes a batch with one write and one sync. When this returns, it is durable; `out` has
    /// grown by one [`Sealed`] per record.
    ///
    /// # Errors
    /// [`Error::Invalid`], [`Error::Batch`], [`Error::NoSpace`] and [`Error::ReadOnly`]: nothing
    /// was written, and the log goes on. [`Error::OutcomeUnknown`]: the batch may or may not
    /// survive, the log has stopped, and every later call gets [`Error::Halted`].
    pub fn commit(&mut self, batch: &[Pending], out: &mut Vec<Sealed>) -> Result<()> {
        let shared = &self.shared;
        self.writer.as_mut().ok_or(Error::ReadOnly)?.commit(batch, out, shared)
    }

    /// Erases, durably, the payloads that the records at `redactions` name, with the blobs that go with
    /// them and every torn write that was saved (FORMAT.md 6). Each must be a durable `log.redact`
    /// that took effect; it is read again. What is erased already is passed over. Readers hand the
    /// payloads out as erased from now on.
    ///
    /// # Errors
    /// [`Error::NoRedaction`] or [`Error::Integrity`] for a record that is no such redaction, and
    /// [`Error::ReadOnly`]: nothing was erased, and the log goes on. [`Error::OutcomeUnknown`]: any
    /// part may be erased, the log has stopped, and the next opening for writing completes it.
    pub fn erase(&mut self, redactions: &[u64]) -> Result<Erased> {
        let reader = self.reader();
        let writer = self.writer.as_mut().ok_or(Error::ReadOnly)?;
        writer.check_running()?;
        let targets = redactions.iter().map(|seq| redaction::target_of(&reader, *seq));
        let targets = targets.collect::<Result<Vec<u64>>>()?;
        if targets.is_empty() {
            return Ok(Erased::default());
        }
        self.shared.withhold(&targets);
        let erased = redaction::erase(&reader, &targets).map_err(|error| writer.halt(error))?;
        self.shared.release(&targets);
        Ok(erased)
    }

    /// The last durable record; of a log opened for reading the last whole one, which may be part of
    /// an unsettled tail.
    #[must_use]
    pub fn head(&self) -> Head {
        self.shared.head()
    }

    /// The link of record 0.
    #[must_use]
    pub fn log_id(&self) -> Digest {
        self.log_id
    }

    /// What the writer keeps to.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// A reader of the records up to the head; it sees what later commits of this writer add.
    #[must_use]
    pub fn reader(&self) -> Reader<S> {
        Reader::new(self.storage.clone(), Arc::clone(&self.shared))
    }

    /// Who signs checkpoints of this log from now on; `None` for a log opened for reading, or if there
    /// was one before.
    ///
    /// # Errors
    /// What the storage says.
    pub fn checkpointer(&mut self, signer: Signer) -> Result<Option<Checkpointer<S>>> {
        let Some(followed) = self.followed.take() else { return Ok(None) };
        let (storage, guards) = (self.storage.clone(), self.guards.clone());
        let made = Checkpointer::new(storage, guards, self.reader(), self.log_id, followed, signer);
        made.map(Some)
    }

    /// Gives reserved room back, syncs, and lets go of the lock.
    ///
    /// # Errors
    /// [`Error::Halted`] if the log has stopped, or what the storage says.
    pub fn close(self) -> Result<()> {
        self.writer.map_or(Ok(()), Writer::close)
    }
}

/// What is known before the first record is read.
fn begin<S: Storage>(
    storage: &S,
    layout: &Layout,
    start: Option<&Start>,
    watch: Watch<S>,
) -> Result<(Collector, Watch<S>)> {
    let Some(start) = start else { return Ok((Collector::new(), watch)) };
    let Resumed { collector, edge, keys } = resume(storage, layout, start)?;
    let watch = watch.resuming(edge, keys, start.seq.saturating_add(1));
    let what = "no checkpoint binds it";
    watch.map(|watch| (collector, watch)).ok_or(Error::Start { seq: start.seq, what })
}

/// Where whoever signs goes on.
fn followed(edge: Edge, head: Head, watched: &Watched) -> Followed {
    let (keys, last) = (watched.keys.clone(), watched.last.clone());
    Followed { edge, link: head.link, keys, last }
}

/// Reads the records from where the collector stands, and shows each to `watch` and then to `visit`.
fn read<S: Storage>(
    storage: &S,
    layout: &mut Layout,
    threads: usize,
    collector: &mut Collector,
    watch: &mut Watch<S>,
    start: Option<&Start>,
    visit: &mut dyn FnMut(&Entry<'_>) -> ControlFlow<()>,
) -> Result<Surveyed> {
    let mut misfit = None;
    let mut visit = |entry: &Entry<'_>| {
        let known = start.filter(|start| start.seq == entry.header.seq);
        misfit = known.filter(|start| start.link != entry.link);
        if misfit.is_none() && watch.take(entry) { visit(entry) } else { ControlFlow::Break(()) }
    };
    let mut listener = Listener { visit: &mut visit, progress: &mut |_, _| {} };
    let surveyed = survey::<S, Shake>(storage, layout, threads, collector, &mut listener);
    match misfit {
        Some(Start { seq, .. }) => Err(Error::Start { seq: *seq, what: "it has another link" }),
        None => watch.failure().map_or(surveyed, Err),
    }
}

/// A reader withholds every payload whose redaction is pending, so it has to know them all.
fn check_count(pending: &PendingRedactions) -> Result<()> {
    let (count, count_max) = (pending.count, pending.seqs.len() as u64);
    if count == count_max { Ok(()) } else { Err(Error::PendingRedactions { count, count_max }) }
}

pub(crate) fn check_limits(limits: &Limits) -> Result<()> {
    let Limits { segment_bytes, batch_bytes, frame_bytes } = *limits;
    let invalid = Error::Limits { segment_bytes, batch_bytes, frame_bytes };
    if limits.are_valid() { Ok(()) } else { Err(invalid) }
}

pub(crate) fn head_of(collector: &Collector) -> Head {
    Head { size: collector.size(), link: collector.link(), time: collector.time() }
}

pub(crate) fn unsettled(layout: &Layout, torn: Option<&TornTail>) -> Tail {
    torn.map_or(Tail::Whole, |tail| Tail::Unsettled(Torn::new(layout, tail, None)))
}

/// What a log is held to while it is read: read before the files are listed.
pub(crate) fn watch<S: Storage, H: Hasher>(
    storage: &S,
    guards: Option<&S>,
    depth: Depth,
) -> Result<Watch<S>> {
    let layout = Layout::read::<S, H>(storage)?;
    Watch::open(storage, guards, &layout.keys, &layout.log_id, depth)
}

/// A log that ends below a checkpoint has lost records, whatever it is that stands there.
pub(crate) fn hold<S: Storage>(
    layout: &Layout,
    collector: &Collector,
    torn: Option<&TornTail>,
    watch: &Watch<S>,
) -> Result<()> {
    let Some(size) = watch.beyond()? else { return Ok(()) };
    let (at, seq) = (collector.end, collector.size());
    let reason = match torn {
        Some(torn) => Reason::BelowCheckpoint { cause: Box::new(torn.bad.reason.clone()), size },
        None => Reason::EndsBelowCheckpoint { size },
    };
    Err(integrity(layout, &Bad { at, seq, reason }))
}

/// A log that contradicts its guard is not written to.
pub(crate) fn refuse_contradiction(watched: &Watched, log_id: &Digest) -> Result<()> {
    match &watched.guard {
        GuardState::Contradicted(problem) => {
            let file = format!("{GUARD_DIR}/{log_id}");
            Err(Error::Guard { file, problem: problem.clone() })
        }
        GuardState::NotLookedAt | GuardState::Missing | GuardState::Holds { .. } => Ok(()),
    }
}

/// The last batch, if only its sync makes it durable. Record 0 was synced before its file had a
/// name, and a segment before the next one began.
fn unsynced(layout: &Layout, collector: &Collector) -> Option<Torn> {
    let (batch, end) = (collector.last_batch, collector.end);
    (batch.seq > 0 && batch.at.segment == end.segment).then(|| Torn {
        segment: layout.last().path.to_string(),
        offset: batch.at.offset,
        seq: batch.seq,
        bytes: end.offset - batch.at.offset,
        saved_as: None,
        reason: Reason::Unsynced,
    })
}

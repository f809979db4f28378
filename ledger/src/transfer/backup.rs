//! Copying a data directory, beside its writer.

use std::ops::ControlFlow;
use std::sync::Arc;

use crate::entry::Entry;
use crate::error::{Error, Result};
use crate::frame::Payload;
use crate::hash::{Digest, Shake};
use crate::index::Head;
use crate::log::head_of;
use crate::options::default_threads;
use crate::record::{decode_core, kind};
use crate::scan::{Bad, Collector, Layout, Listener, integrity, read_through};
use crate::segment::SegmentHeader;
use crate::storage::Storage;
use crate::transfer::blobs::copy_blobs;
use crate::transfer::notes::copy_notes;
use crate::transfer::stage::Stage;
use crate::transfer::unproven::Unproven;

/// How many times a record is read again that does not hold: it may be being written.
const ATTEMPTS_MAX: u32 = 64;

/// What a backup amounts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BackedUp {
    /// The last record that was copied.
    pub head: Head,
    /// The link of record 0.
    pub log_id: Digest,
    /// How many segments there are.
    pub segments: u64,
    /// How many checkpoints were copied.
    pub checkpoints: u64,
    /// How many blobs were copied.
    pub blobs: u64,
}

/// Copies the first `size` records of a log, at least one, which must be durable, with their
/// checkpoints and all blobs into a directory where no log is or was. Keys are not copied. Only what
/// was verified is written, and it is read back and verified again. The source may have a writer
/// meanwhile. Where that writer erases a payload of these records, the copy goes on up to the record
/// that says so.
///
/// `progress` hears how many records of how many are done.
///
/// # Errors
/// [`Error::Integrity`] or [`Error::BlobDamaged`] for damage in the source, [`Error::Short`] if it has fewer records, [`Error::Exists`], [`Error::Locked`], or what the
/// storages say. Then there is no log in the target, and what was written is gone or is removed by
/// the next attempt.
pub fn backup<S: Storage, T: Storage>(
    source: &S,
    size: u64,
    target: &T,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<BackedUp> {
    // Nothing is touched if there is nothing to copy.
    let log_id = Layout::read::<S, Shake>(source)?.log_id;
    let mut copier = Copier {
        stage: Stage::begin(target)?,
        size: size.max(1),
        log_id,
        segment: None,
        segments: 0,
        unproven: Unproven::default(),
        failed: None,
        progress,
    };
    let copied = copy(source, target, &mut copier);
    match copied {
        Ok(backed_up) => copier.stage.publish().map(|()| backed_up),
        Err(error) => {
            copier.stage.abandon();
            Err(error)
        }
    }
}

fn copy<S: Storage, T: Storage>(
    source: &S,
    target: &T,
    copier: &mut Copier<'_, T>,
) -> Result<BackedUp> {
    let head = copy_records(source, copier)?;
    let checkpoints = copy_notes(source, target, head.size)?;
    // Those that go with a pending redaction are there when that is completed.
    let blobs = copy_blobs(source, target)?;
    copier.stage.settle(head)?;
    let Copier { log_id, segments, .. } = *copier;
    Ok(BackedUp { head, log_id, segments, checkpoints, blobs })
}

/// Scans the source until the copier has what it needs.
fn copy_records<S: Storage, T: Storage>(source: &S, copier: &mut Copier<'_, T>) -> Result<Head> {
    let mut collector = Collector::new();
    let mut attempts = 0;
    loop {
        // Read anew: the writer may have begun another segment since.
        let layout = Layout::read::<S, Shake>(source)?;
        let before = collector.size();
        let visit = &mut |entry: &Entry<'_>| copier.take(entry, &layout);
        let mut listener = Listener { visit, progress: &mut |_, _| {} };
        let threads = default_threads();
        let scanned =
            read_through::<S, Shake>(source, &layout, threads, &mut collector, &mut listener);
        if let Some(error) = copier.failed.take() {
            return Err(error);
        }
        let error = match scanned {
            Err(Error::Stopped { .. }) => return Ok(head_of(&collector)),
            Err(error @ Error::Integrity(_)) => error,
            Err(error) => return Err(error),
            Ok(Some(bad)) => integrity(&layout, &bad),
            Ok(None) => match copier.missing(&layout, &collector) {
                Some(error) => error,
                None => return Ok(head_of(&collector)),
            },
        };
        attempts = if collector.size() > before { 0 } else { attempts + 1 };
        if attempts == ATTEMPTS_MAX {
            return Err(error);
        }
    }
}

/// Writes what a scan shows it, up to a size.
struct Copier<'a, T: Storage> {
    stage: Stage<T>,
    size: u64,
    log_id: Digest,
    /// The segment of the source that is being copied.
    segment: Option<Arc<str>>,
    segments: u64,
    unproven: Unproven,
    failed: Option<Error>,
    progress: &'a mut dyn FnMut(u64, u64),
}

impl<T: Storage> Copier<'_, T> {
    fn take(&mut self, entry: &Entry<'_>, layout: &Layout) -> ControlFlow<()> {
        let seq = entry.header.seq;
        match self.copy(entry, layout) {
            Ok(()) => {}
            Err(error) => {
                self.failed = Some(error);
                return ControlFlow::Break(());
            }
        }
        (self.progress)(seq + 1, self.size.max(seq + 1));
        let done = seq + 1 >= self.size && self.unproven.is_empty();
        if done { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn copy(&mut self, entry: &Entry<'_>, layout: &Layout) -> Result<()> {
        self.follow_segment(entry, layout)?;
        let header = &entry.header;
        let redacts = header.kind == kind::REDACT && header.took_effect();
        let redacts = redacts.then(|| decode_core(header, entry.core()).ok()).flatten();
        // Also one that is being erased now.
        let erased = matches!(entry.payload(), Payload::Erased);
        self.unproven.note(header.seq, erased, redacts.and_then(|core| core.redacts));
        // What is left of such a one is erased when the copy is settled, with what goes with it.
        self.stage.append(entry.frame())
    }

    /// What is still missing when the source was read to its end.
    fn missing(&self, layout: &Layout, collector: &Collector) -> Option<Error> {
        let (found, expected) = (collector.size(), self.size);
        let unaccounted = collector.accounts.unaccounted();
        let flaw = unaccounted.map(|(seq, at, reason)| integrity(layout, &Bad { at, seq, reason }));
        flaw.or((found < expected).then_some(Error::Short { found, expected }))
    }

    /// Begins the record's segment if it is another than before.
    fn follow_segment(&mut self, entry: &Entry<'_>, layout: &Layout) -> Result<()> {
        if self.segment.as_ref().is_some_and(|path| *path == entry.segment) {
            return Ok(());
        }
        let mut segments = layout.segments.iter();
        let segment = segments.find(|segment| segment.path == entry.segment);
        let segment = segment.expect("records come from the layout");
        let (first_seq, nonce) = (segment.first_seq, segment.nonce);
        let log_id = if first_seq == 0 { Digest::ZERO } else { self.log_id };
        self.stage.begin_segment(&SegmentHeader { log_id, first_seq, nonce })?;
        self.segment = Some(Arc::clone(&segment.path));
        self.segments += 1;
        Ok(())
    }
}

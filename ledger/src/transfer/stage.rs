//! Segments that become a log all at once.
//!
//! Everything is written under temporary names; the temporary of the first segment is there before
//! any other and gets its name after all others. So whatever stands beside it, while it has no name
//! of its own, was never a log ([`Listing::is_staged`]).

use std::ops::ControlFlow;

use crate::blob::{Blobs, Removal};
use crate::checkpoint::{CHECKPOINTS_FILE, Checkpoint, Depth, Watch};
use crate::entry::Entry;
use crate::error::{Error, Result};
use crate::hash::Shake;
use crate::index::Head;
use crate::limits::SEGMENT_HEADER_BYTES;
use crate::locks::{self, DATA_DIR, Locks};
use crate::log::{head_of, hold};
use crate::options::default_threads;
use crate::redaction::complete;
use crate::scan::{Collector, Layout, Listener, Listing, Segment, Surveyed, integrity, survey};
use crate::segment::{LOG_DIR, SegmentHeader, path, temporary_path};
use crate::storage::{File as _, Storage};
use crate::transfer::notes::NOTE_FILES;

/// Bytes that are written at a time.
const PIECE_BYTES: usize = 1 << 20;

/// Derived from a log, so there was one.
const DERIVED: [&str; 3] = ["index", "snapshots", "tile"];

pub(super) struct Stage<S: Storage> {
    storage: S,
    segments: Vec<Segment>,
    file: Option<S::File>,
    /// What is not written yet.
    buffer: Vec<u8>,
    _locks: Locks<S>,
}

impl<S: Storage> Stage<S> {
    /// Takes a directory where no log is or was, and removes what an earlier transfer left there
    /// when it was cut short.
    pub(super) fn begin(storage: &S) -> Result<Stage<S>> {
        let data = locks::take(storage, DATA_DIR)?;
        // Looked at before anything is made, and again once nobody else can make anything.
        check_free(storage)?;
        storage.make_dir(LOG_DIR).map_err(Error::io("make", LOG_DIR))?;
        sync_dir(storage, DATA_DIR)?;
        let locks = Locks::with_data_dir(storage, data)?;
        let left = check_free(storage)?;
        clear(storage, &left)?;
        let storage = storage.clone();
        Ok(Stage { storage, segments: Vec::new(), file: None, buffer: Vec::new(), _locks: locks })
    }

    /// Ends the segment and begins the next.
    pub(super) fn begin_segment(&mut self, header: &SegmentHeader) -> Result<()> {
        self.end_segment()?;
        let SegmentHeader { first_seq, nonce, .. } = *header;
        let path = temporary_path(first_seq);
        let file = self.storage.create_new(&path).map_err(Error::io("create", &path))?;
        if first_seq == 0 {
            // There before any other.
            sync_dir(&self.storage, LOG_DIR)?;
        }
        self.file = Some(file);
        self.segments.push(Segment { first_seq, path: path.into(), nonce, len: 0 });
        self.append(&header.encode())
    }

    /// Bytes of the segment so far.
    pub(super) fn written(&self) -> u64 {
        self.segments.last().map_or(0, |segment| segment.len) + self.buffer.len() as u64
    }

    /// Appends to the segment.
    pub(super) fn append(&mut self, bytes: &[u8]) -> Result<()> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= PIECE_BYTES { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<()> {
        let (Some(file), Some(segment)) = (&self.file, self.segments.last_mut()) else {
            return Ok(());
        };
        let path = &segment.path;
        file.write_at(&self.buffer, segment.len).map_err(Error::io("write", path))?;
        segment.len += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }

    /// The segment ends exactly with its last frame.
    fn end_segment(&mut self) -> Result<()> {
        self.flush()?;
        let (Some(file), Some(segment)) = (self.file.take(), self.segments.last()) else {
            return Ok(());
        };
        file.sync_all().map_err(Error::io("sync", &segment.path))
    }

    /// Writes the one checkpoint that there will be, durably.
    pub(super) fn write_checkpoint(&self, note: &Checkpoint) -> Result<()> {
        let path = CHECKPOINTS_FILE;
        let file = self.storage.create_new(path).map_err(Error::io("create", path))?;
        file.write_at(note.as_bytes(), 0).map_err(Error::io("write", path))?;
        file.sync_all().map_err(Error::io("sync", path))?;
        sync_dir(&self.storage, DATA_DIR)
    }

    /// Makes everything durable, reads it back, and holds it to the format, to the checkpoints that
    /// are there, and to what should have been written. Redactions that are pending are completed: what
    /// they name never gets into a log.
    ///
    /// # Errors
    /// [`Error::Integrity`] or [`Error::Short`] if it does not read back, or what the storage says.
    pub(super) fn settle(&mut self, head: Head) -> Result<()> {
        self.end_segment()?;
        sync_dir(&self.storage, LOG_DIR)?;
        let mut layout = Layout::of_segments::<S, Shake>(&self.storage, self.segments.clone())?;
        let (keys, log_id) = (&layout.keys, &layout.log_id);
        let mut watch = Watch::open(&self.storage, None, keys, log_id, Depth::All)?;
        let mut collector = Collector::new();
        let threads = default_threads();
        let surveyed = {
            let visit = &mut |entry: &Entry<'_>| match watch.take(entry) {
                true => ControlFlow::Continue(()),
                false => ControlFlow::Break(()),
            };
            let mut listener = Listener { visit, progress: &mut |_, _| {} };
            survey::<S, Shake>(&self.storage, &mut layout, threads, &mut collector, &mut listener)
        };
        let Surveyed { torn, pending } = watch.failure().map_or(surveyed, Err)?;
        if let Some(torn) = torn {
            return Err(integrity(&layout, &torn.bad));
        }
        hold(&layout, &collector, None, &watch)?;
        if head_of(&collector) != head {
            return Err(Error::Short { found: collector.size(), expected: head.size });
        }
        complete(&self.storage, &layout, threads, &collector, &pending).map(drop)
    }

    /// Gives every segment its name, the first one last.
    pub(super) fn publish(self) -> Result<()> {
        let (first, later) = self.segments.split_first().expect("a log has a first segment");
        for segment in later {
            self.name(segment)?;
        }
        sync_dir(&self.storage, LOG_DIR)?;
        self.name(first)?;
        sync_dir(&self.storage, LOG_DIR)
    }

    fn name(&self, segment: &Segment) -> Result<()> {
        let Segment { path: temporary, first_seq, .. } = segment;
        self.storage.rename(temporary, &path(*first_seq)).map_err(Error::io("rename", temporary))
    }

    /// Removes what was staged, as far as the storage allows: what cannot be removed now is removed
    /// by the next transfer.
    pub(super) fn abandon(self) {
        drop(Listing::read(&self.storage).and_then(|left| clear(&self.storage, &left)));
    }
}

const _: () = assert!(SEGMENT_HEADER_BYTES < PIECE_BYTES, "a header waits for its first frames");

/// What is in a directory where no log is or was.
fn check_free<S: Storage>(storage: &S) -> Result<Listing> {
    let listing = Listing::read(storage)?;
    let staged = listing.is_staged();
    if let Some(file) = listing.evidence().filter(|_| !staged) {
        return Err(Error::Exists { file });
    }
    let names = storage.list(DATA_DIR).map_err(Error::io("list", "."))?;
    let evidence = |name: &String| {
        DERIVED.contains(&name.as_str()) || NOTE_FILES.contains(&name.as_str()) && !staged
    };
    match names.into_iter().find(evidence) {
        Some(file) => Err(Error::Exists { file }),
        None => Ok(listing),
    }
}

/// Removes what was staged, and what storing a blob left; whole blobs stay, since they are what their
/// names say. The temporary of the first segment goes last, since it alone says what the rest is.
fn clear<S: Storage>(storage: &S, left: &Listing) -> Result<()> {
    if !left.is_staged() {
        return Ok(());
    }
    let remove = |path: &str| storage.remove(path).map_err(Error::io("remove", path));
    let first = temporary_path(0);
    let later = left.temporaries.iter().filter(|path| **path != first).cloned();
    for path in left.named().chain(later) {
        remove(&path)?;
    }
    let names = storage.list(DATA_DIR).map_err(Error::io("list", "."))?;
    for name in names.iter().filter(|name| NOTE_FILES.contains(&name.as_str())) {
        remove(name)?;
    }
    Blobs::new(storage.clone()).remove_unreferenced(&|_| true, Removal::Remove)?;
    sync_dir(storage, LOG_DIR)?;
    sync_dir(storage, DATA_DIR)?;
    remove(&first)?;
    sync_dir(storage, LOG_DIR)
}

fn sync_dir<S: Storage>(storage: &S, dir: &str) -> Result<()> {
    let name = if dir == DATA_DIR { "." } else { dir };
    storage.sync_dir(dir).map_err(Error::io("sync", name))
}

//! The one writer: seals batches, writes them, changes segments, keeps room on the disk.

use std::io;
use std::sync::Arc;

use crate::checkpoint::CHECKPOINTS_FILE;
use crate::error::{Error, Result};
use crate::hash::Digest;
use crate::index::{Head, Index};
use crate::limits::{Limits, SEGMENT_HEADER_BYTES};
use crate::locks::{self, DATA_DIR, Locks};
use crate::log::Nonces;
use crate::record::Pending;
use crate::scan::{Listing, Segment};
use crate::seal::{check_size, seal};
use crate::segment::{LOG_DIR, Nonce, SegmentHeader, path, temporary_path};
use crate::shared::Shared;
use crate::storage::{Access, File as _, Reserved, Storage};

/// How many times what is needed is reserved at a time, where segment and disk have room for it.
const RESERVE_FACTOR: u64 = 2;

/// A record that is durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// Its position.
    pub seq: u64,
    /// Its time.
    pub time: u64,
    /// Its link.
    pub link: Digest,
}

/// The file that is being appended to.
struct Open<F> {
    file: F,
    segment: Segment,
    /// End of the last frame.
    written: u64,
    /// End of the room that was reserved.
    reserved: u64,
}

pub(crate) struct Writer<S: Storage> {
    storage: S,
    limits: Limits,
    nonces: Nonces,
    open: Open<S::File>,
    log_id: Digest,
    head: Head,
    buffer: Vec<u8>,
    offsets: Vec<u64>,
    can_reserve: Reserved,
    halted: bool,
    _locks: Locks<S>,
}

impl<S: Storage> Writer<S> {
    /// Begins a log: record 0 is on the disk before its file has a name.
    pub(crate) fn begin(
        storage: &S,
        limits: Limits,
        mut nonces: Nonces,
        genesis: &Pending,
    ) -> Result<(Writer<S>, Index)> {
        let data = locks::take(storage, DATA_DIR)?;
        // Looked at before anything is made, and again once nobody else can make anything.
        listing_without_evidence(storage)?;
        storage.make_dir(LOG_DIR).map_err(Error::io("make", LOG_DIR))?;
        storage.sync_dir(DATA_DIR).map_err(Error::io("sync", "."))?;
        let locks = Locks::with_data_dir(storage, data)?;
        let listing = listing_without_evidence(storage)?;
        for path in &listing.temporaries {
            storage.remove(path).map_err(Error::io("remove", path))?;
        }
        let nothing = Head { size: 0, link: Digest::ZERO, time: 0 };
        let header = SegmentHeader { log_id: Digest::ZERO, first_seq: 0, nonce: Nonce(nonces()) };
        let mut bytes = header.encode().to_vec();
        let batch = std::slice::from_ref(genesis);
        check_size(batch, &limits)?;
        let (mut sealed, mut offsets) = (Vec::new(), Vec::new());
        let head = seal(batch, nothing, &header.nonce, &mut bytes, &mut offsets, &mut sealed)?;
        let (file, _) = prepare_segment(storage, 0, &bytes, None)?;
        name_segment(storage, 0)?;
        let segment = Segment {
            first_seq: 0,
            path: path(0).into(),
            nonce: header.nonce,
            len: bytes.len() as u64,
        };
        let mut index = Index::default();
        index.add(&segment, 0, SEGMENT_HEADER_BYTES as u64);
        let end = segment.len;
        let open = Open { file, segment, written: end, reserved: end };
        let writer = Writer::new(storage, limits, nonces, locks, open, head);
        Ok((writer.of_log(head.link), index))
    }

    /// Goes on at the end of the last segment of a log that was read and recovered.
    pub(crate) fn resume(
        storage: &S,
        limits: Limits,
        nonces: Nonces,
        locks: Locks<S>,
        segment: &Segment,
        end: u64,
        head: Head,
    ) -> Result<Writer<S>> {
        let path = &segment.path;
        let file = storage.open(path, Access::Write).map_err(Error::io("open", path))?;
        let open = Open { file, segment: segment.clone(), written: end, reserved: end };
        Ok(Writer::new(storage, limits, nonces, locks, open, head))
    }

    fn new(
        storage: &S,
        limits: Limits,
        nonces: Nonces,
        locks: Locks<S>,
        open: Open<S::File>,
        head: Head,
    ) -> Writer<S> {
        Writer {
            storage: storage.clone(),
            limits,
            nonces,
            open,
            log_id: Digest::ZERO,
            head,
            buffer: Vec::new(),
            offsets: Vec::new(),
            can_reserve: Reserved::Yes,
            halted: false,
            _locks: locks,
        }
    }

    /// The same writer, knowing the log's id.
    pub(crate) fn of_log(mut self, log_id: Digest) -> Writer<S> {
        self.log_id = log_id;
        self
    }

    pub(crate) fn head(&self) -> Head {
        self.head
    }

    pub(crate) fn commit(
        &mut self,
        batch: &[Pending],
        out: &mut Vec<Sealed>,
        shared: &Arc<Shared>,
    ) -> Result<()> {
        self.check_running()?;
        let bytes = check_size(batch, &self.limits)?;
        if self.open.written + bytes > self.limits.segment_bytes {
            self.roll(shared)?;
        }
        let before = out.len();
        self.buffer.clear();
        self.offsets.clear();
        let nonce = self.open.segment.nonce;
        let sealed = seal(batch, self.head, &nonce, &mut self.buffer, &mut self.offsets, out);
        let written = match sealed {
            Ok(head) => self.write().map(|()| head),
            Err(invalid) => Err(invalid),
        };
        let head = written.inspect_err(|_| out.truncate(before))?;
        shared.extend(&self.offsets, self.open.written, head);
        self.open.written += self.buffer.len() as u64;
        self.head = head;
        Ok(())
    }

    /// Writes and syncs what is in the buffer. It is tried once: after a failure nobody knows what
    /// is on the disk, and a second sync would only hide that.
    fn write(&mut self) -> Result<()> {
        let Open { file, segment, written, .. } = &self.open;
        let path = &segment.path;
        let wrote = file.write_at(&self.buffer, *written).map_err(Error::io("write", path));
        let synced = wrote.and_then(|()| file.sync_data().map_err(Error::io("sync", path)));
        synced.map_err(|error| self.halt(error))
    }

    pub(crate) fn reserve(&mut self, shared: &Arc<Shared>) -> Result<Reserved> {
        self.check_running()?;
        let needed = self.limits.reserve_bytes();
        if self.open.written + needed > self.limits.segment_bytes {
            self.roll(shared)?;
        }
        let least = self.open.written + needed;
        if self.can_reserve == Reserved::Unsupported || self.open.reserved >= least {
            return Ok(self.can_reserve);
        }
        let most = (self.open.written + needed * RESERVE_FACTOR).min(self.limits.segment_bytes);
        let mut goal = most.max(least);
        let mut reserved = self.open.file.reserve(goal);
        if reserved.is_err() && goal > least {
            goal = least;
            reserved = self.open.file.reserve(goal);
        }
        let error = match reserved {
            Ok(Reserved::Yes) => {
                self.open.reserved = goal;
                return Ok(Reserved::Yes);
            }
            Ok(Reserved::Unsupported) => {
                self.can_reserve = Reserved::Unsupported;
                return Ok(Reserved::Unsupported);
            }
            Err(error) => Error::io("reserve", &self.open.segment.path)(error),
        };
        Err(if error.is_no_space() { Error::NoSpace { needed } } else { error })
    }

    /// Ends the segment and begins the next.
    fn roll(&mut self, shared: &Arc<Shared>) -> Result<()> {
        if self.head.size == self.open.segment.first_seq {
            // A segment without a record takes any batch.
            return Ok(());
        }
        let first_seq = self.head.size;
        let nonce = Nonce((self.nonces)());
        let header = SegmentHeader { log_id: self.log_id, first_seq, nonce }.encode();
        let needed = self.limits.reserve_bytes();
        let room = header.len() as u64 + needed;
        let room = (self.can_reserve == Reserved::Yes).then_some(room);
        let (file, can_reserve) = match prepare_segment(&self.storage, first_seq, &header, room) {
            Ok(prepared) => prepared,
            Err(error) if error.is_no_space() => {
                // The old segment still has its reserve: the log goes on in it until that is used
                // up. A temporary that cannot be removed now is removed by the next attempt.
                drop(self.storage.remove(&temporary_path(first_seq)));
                return Err(Error::NoSpace { needed });
            }
            Err(error) => return Err(self.halt(error)),
        };
        let ended = self.end_segment().and_then(|()| name_segment(&self.storage, first_seq));
        ended.map_err(|error| self.halt(error))?;
        let written = header.len() as u64;
        let segment = Segment { first_seq, path: path(first_seq).into(), nonce, len: written };
        shared.add_segment(&segment);
        let reserved = match (can_reserve, room) {
            (Reserved::Yes, Some(room)) => room,
            (Reserved::Yes | Reserved::Unsupported, _) => written,
        };
        self.can_reserve = can_reserve;
        self.open = Open { file, segment, written, reserved };
        Ok(())
    }

    /// Cuts the segment to its written length and syncs it.
    fn end_segment(&mut self) -> Result<()> {
        let Open { file, segment, written, reserved } = &mut self.open;
        file.set_len(*written).map_err(Error::io("cut", &segment.path))?;
        *reserved = *written;
        file.sync_all().map_err(Error::io("sync", &segment.path))
    }

    pub(crate) fn check_running(&self) -> Result<()> {
        if self.halted { Err(Error::Halted) } else { Ok(()) }
    }

    pub(crate) fn halt(&mut self, error: Error) -> Error {
        self.halted = true;
        Error::OutcomeUnknown { source: Box::new(error) }
    }

    pub(crate) fn close(mut self) -> Result<()> {
        self.check_running()?;
        self.end_segment()
    }
}

/// What is in the log's directory, where no log is or was.
fn listing_without_evidence<S: Storage>(storage: &S) -> Result<Listing> {
    let listing = Listing::read(storage)?;
    if let Some(file) = listing.evidence() {
        return Err(Error::Exists { file });
    }
    // Signed for another log, or left by a transfer that was cut short.
    match storage.open(CHECKPOINTS_FILE, Access::Read) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(listing),
        opened => opened.map_err(Error::io("open", CHECKPOINTS_FILE)).and_then(|_| {
            let file = CHECKPOINTS_FILE.to_owned();
            Err(Error::Exists { file })
        }),
    }
}

/// Makes a segment under a temporary name and syncs it. With `room`, the disk has room for that
/// many bytes of it, unless the file system cannot reserve.
fn prepare_segment<S: Storage>(
    storage: &S,
    first_seq: u64,
    bytes: &[u8],
    room: Option<u64>,
) -> Result<(S::File, Reserved)> {
    let temporary = temporary_path(first_seq);
    let file = create_temporary(storage, &temporary)?;
    let reserved = match room {
        Some(room) => file.reserve(room).map_err(Error::io("reserve", &temporary))?,
        None => Reserved::Unsupported,
    };
    file.write_at(bytes, 0).map_err(Error::io("write", &temporary))?;
    file.sync_all().map_err(Error::io("sync", &temporary))?;
    Ok((file, reserved))
}

/// Makes a temporary in place of one that an earlier attempt of this writer could not remove: it
/// was never part of the log.
fn create_temporary<S: Storage>(storage: &S, temporary: &str) -> Result<S::File> {
    match storage.create_new(temporary) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            storage.remove(temporary).map_err(Error::io("remove", temporary))?;
            storage.create_new(temporary)
        }
        created => created,
    }
    .map_err(Error::io("create", temporary))
}

/// Gives a prepared segment its own name, durably.
fn name_segment<S: Storage>(storage: &S, first_seq: u64) -> Result<()> {
    let temporary = temporary_path(first_seq);
    storage.rename(&temporary, &path(first_seq)).map_err(Error::io("rename", &temporary))?;
    storage.sync_dir(LOG_DIR).map_err(Error::io("sync", LOG_DIR))
}

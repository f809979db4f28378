//! Runs of whole frames: how a log is read and handed to the workers.

use crate::error::{Error, Result};
use crate::frame::{Checked, Parts, frame_len};
use crate::hash::Hasher;
use crate::limits::{FRAME_BYTES_MAX, SEGMENT_HEADER_BYTES};
use crate::reason::Reason;
use crate::scan::layout::{Layout, Segment};
use crate::segment::Nonce;
use crate::storage::{Access, File, Storage, read_full};
use crate::zeros;

/// Bytes that are read at a time; a chunk holds the whole frames among them.
const CHUNK_BYTES: usize = 1 << 20;

const _: () = assert!(CHUNK_BYTES < FRAME_BYTES_MAX, "a chunk can be too small for a frame");

/// A place in a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cursor {
    /// Number of the segment in the layout.
    pub(crate) segment: usize,
    /// Byte in the segment.
    pub(crate) offset: u64,
}

impl Cursor {
    /// Where the first frame of a segment begins.
    pub(crate) fn first_of(segment: usize) -> Cursor {
        Cursor { segment, offset: SEGMENT_HEADER_BYTES as u64 }
    }
}

/// Whole frames of one segment, and what a worker found in them.
#[derive(Debug)]
pub(crate) struct Chunk {
    pub(crate) number: u64,
    pub(crate) at: Cursor,
    pub(crate) bytes: Vec<u8>,
    pub(crate) frames: Vec<Frame>,
    pub(crate) next: Next,
}

/// A good frame of a chunk.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    pub(crate) checked: Checked,
    pub(crate) start: usize,
    pub(crate) len: usize,
}

/// What comes after the good frames of a chunk.
#[derive(Debug)]
pub(crate) enum Next {
    /// More frames.
    Frames,
    /// The end of the segment's written part.
    End,
    /// A bad frame.
    Bad(Reason),
    /// A bad frame that stands as it was written: both checksums and the core's commitment hold.
    Written(Reason),
    /// Bytes that could not be read.
    Failed(Error),
}

impl Chunk {
    pub(crate) fn new() -> Chunk {
        Chunk {
            number: 0,
            at: Cursor::first_of(0),
            bytes: Vec::new(),
            frames: Vec::new(),
            next: Next::Frames,
        }
    }

    /// Checks every frame, up to the first bad one.
    pub(crate) fn check<H: Hasher>(&mut self, nonce: &Nonce) {
        self.frames.clear();
        let mut start = 0;
        while let Some(rest) = self.bytes.get(start..).filter(|rest| !rest.is_empty()) {
            let len = frame_len(rest).and_then(std::result::Result::ok).unwrap_or(rest.len());
            let frame = rest.get(..len).unwrap_or(rest);
            let parts = Parts::cut(frame);
            match parts.clone().and_then(|parts| parts.check::<H>(nonce)) {
                Ok(checked) => self.frames.push(Frame { checked, start, len: frame.len() }),
                Err(reason) => {
                    let stands = parts.is_ok_and(|parts| parts.stand_as_written::<H>(nonce));
                    self.next = if stands { Next::Written(reason) } else { Next::Bad(reason) };
                    return;
                }
            }
            start += frame.len();
        }
    }
}

/// Reads a log from a place on, chunk after chunk.
pub(crate) struct Chunks<'a, S: Storage> {
    storage: &'a S,
    layout: &'a Layout,
    at: Cursor,
    number: u64,
    file: Option<S::File>,
    /// The open file's length: measured anew, since beside a running kernel it changes.
    len: u64,
    done: bool,
}

impl<'a, S: Storage> Chunks<'a, S> {
    pub(crate) fn new(storage: &'a S, layout: &'a Layout, at: Cursor) -> Chunks<'a, S> {
        Chunks { storage, layout, at, number: 0, file: None, len: 0, done: false }
    }

    /// Fills the next chunk; `false` when there is none.
    pub(crate) fn fill(&mut self, chunk: &mut Chunk) -> bool {
        let Some(segment) = self.layout.segments.get(self.at.segment).filter(|_| !self.done) else {
            return false;
        };
        chunk.number = self.number;
        chunk.at = self.at;
        chunk.frames.clear();
        chunk.next = self.read(segment, &mut chunk.bytes).unwrap_or_else(|error| {
            chunk.bytes.clear();
            Next::Failed(error)
        });
        self.number += 1;
        match chunk.next {
            Next::Frames => self.at.offset += chunk.bytes.len() as u64,
            Next::End => {
                self.at = Cursor::first_of(self.at.segment + 1);
                self.file = None;
            }
            Next::Bad(_) | Next::Written(_) | Next::Failed(_) => self.done = true,
        }
        true
    }

    /// Reads whole frames into `bytes`; what follows them.
    fn read(&mut self, segment: &Segment, bytes: &mut Vec<u8>) -> Result<Next> {
        self.open(segment)?;
        let last = self.is_last();
        let Some(file) = &self.file else { return Ok(Next::End) };
        let failed = |error| Error::io("read", &segment.path)(error);
        let offset = self.at.offset;
        let left = self.len.saturating_sub(offset);
        let mut want = usize::try_from(left).unwrap_or(usize::MAX).min(CHUNK_BYTES);
        loop {
            bytes.resize(want, 0);
            let read = read_full(file, bytes, offset).map_err(failed)?;
            bytes.truncate(read);
            let (len, stop) = whole_frames(bytes);
            match stop {
                Stop::Cut { needed } if len == 0 && needed > want && needed as u64 <= left => {
                    want = needed;
                }
                Stop::Cut { .. } if len > 0 => {
                    bytes.truncate(len);
                    return Ok(Next::Frames);
                }
                Stop::Cut { .. } if zeros::all(bytes) => {
                    bytes.clear();
                    return rest_of(file, segment, offset, last);
                }
                Stop::Cut { needed } => {
                    let needed = needed as u64;
                    bytes.clear();
                    return Ok(Next::Bad(Reason::Truncated { left, needed }));
                }
                Stop::Bad(reason) => {
                    bytes.truncate(len);
                    return Ok(Next::Bad(reason));
                }
                Stop::Zero => {
                    bytes.truncate(len);
                    return rest_of(file, segment, offset + len as u64, last);
                }
                Stop::Clean if len as u64 == left || read == 0 => return Ok(Next::End),
                Stop::Clean => return Ok(Next::Frames),
            }
        }
    }

    fn is_last(&self) -> bool {
        self.at.segment + 1 == self.layout.segments.len()
    }

    fn open(&mut self, segment: &Segment) -> Result<()> {
        if self.file.is_none() {
            let path = &segment.path;
            let file = self.storage.open(path, Access::Read).map_err(Error::io("open", path))?;
            self.len = file.len().map_err(Error::io("measure", path))?;
            self.file = Some(file);
        }
        Ok(())
    }
}

/// Why a run of whole frames ends.
enum Stop {
    /// The bytes end with a frame.
    Clean,
    /// The bytes end within a frame of this length.
    Cut { needed: usize },
    /// A length of zero.
    Zero,
    /// A length no frame can have.
    Bad(Reason),
}

/// How many bytes at the start are whole frames, by their lengths alone, and why they end there.
fn whole_frames(bytes: &[u8]) -> (usize, Stop) {
    let mut len = 0;
    loop {
        let rest = bytes.get(len..).unwrap_or_default();
        if rest.is_empty() {
            return (len, Stop::Clean);
        }
        if rest.starts_with(&[0; 4]) {
            return (len, Stop::Zero);
        }
        match frame_len(rest) {
            Some(Ok(needed)) if needed <= rest.len() => len += needed,
            Some(Ok(needed)) => return (len, Stop::Cut { needed }),
            Some(Err(reason)) => return (len, Stop::Bad(reason)),
            None => return (len, Stop::Cut { needed: 4 }),
        }
    }
}

/// Judges what follows a length of zero: nothing but zeros, and only in the last segment.
fn rest_of<F: File>(file: &F, segment: &Segment, from: u64, last: bool) -> Result<Next> {
    if !last {
        return Ok(Next::Bad(Reason::Rest));
    }
    let mut buffer = vec![0; CHUNK_BYTES];
    let mut at = from;
    loop {
        let read = read_full(file, &mut buffer, at).map_err(Error::io("read", &segment.path))?;
        let bytes = buffer.get(..read).unwrap_or_default();
        if let Some(place) = zeros::first_other(bytes) {
            return Ok(Next::Bad(Reason::RestNotZero { offset: at + place as u64 }));
        }
        if read == 0 {
            return Ok(Next::End);
        }
        at += read as u64;
    }
}

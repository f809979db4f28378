//! Joins checked chunks, in order, into one log: positions, links, times, batches, segments.

use std::borrow::Cow;
use std::ops::ControlFlow;

use crate::entry::Entry;
use crate::error::{Error, Integrity, Result};
use crate::frame::Checked;
use crate::hash::Digest;
use crate::index::{Head, Index, IndexedSegment};
use crate::reason::Reason;
use crate::scan::accounts::Accounts;
use crate::scan::chunk::{Chunk, Cursor, Frame, Next};
use crate::scan::doubt::{Doubt, Standing};
use crate::scan::layout::Layout;

/// Called with every record, in order; may stop the scan.
pub(crate) type Visit<'a> = &'a mut dyn FnMut(&Entry<'_>) -> ControlFlow<()>;

/// The last record of a run and what must follow it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Chain {
    seq: u64,
    prev: Digest,
    time: Option<u64>,
    batch_index: Option<u16>,
}

impl Chain {
    /// A chain whose next record is `seq`, written after the record with the link `prev`.
    pub(crate) fn starting(seq: u64, prev: Digest) -> Chain {
        Chain { seq, prev, time: None, batch_index: None }
    }

    /// The last record.
    pub(crate) fn head(&self) -> Head {
        Head { size: self.seq, link: self.prev, time: self.time.unwrap_or(0) }
    }

    /// The next record begins a segment, and so a batch.
    pub(crate) fn begin_segment(&mut self) {
        self.batch_index = None;
    }

    /// Takes the next record, or says why it cannot be the next.
    pub(crate) fn accept(&mut self, checked: &Checked) -> std::result::Result<(), Reason> {
        let header = &checked.header;
        if header.seq != self.seq {
            return Err(Reason::Seq { found: header.seq, expected: self.seq });
        }
        if header.prev != self.prev {
            return Err(Reason::Prev);
        }
        if let Some(previous) = self.time.filter(|previous| header.time <= *previous) {
            return Err(Reason::Time { found: header.time, previous });
        }
        let found = checked.batch_index;
        let follows = self.batch_index.is_some_and(|previous| found == previous.wrapping_add(1));
        if found != 0 && !follows {
            return Err(Reason::BatchIndex { found, previous: self.batch_index });
        }
        self.seq += 1;
        self.prev = checked.link;
        self.time = Some(header.time);
        self.batch_index = Some(found);
        Ok(())
    }
}

/// A frame that is not good.
#[derive(Clone, Debug)]
pub(crate) struct Bad {
    pub(crate) at: Cursor,
    /// Position that the record there should have.
    pub(crate) seq: u64,
    pub(crate) reason: Reason,
}

/// Where the last batch begins.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BatchStart {
    pub(crate) at: Cursor,
    pub(crate) seq: u64,
}

/// Whether a scan goes on.
pub(crate) enum Flow {
    More,
    Stop(Stop),
}

/// Why a scan stops before the end.
#[derive(Debug)]
pub(crate) enum Stop {
    /// A bad frame of the last segment.
    Bad(Bad),
    /// A frame of the last segment that is good but for its payload: what follows tells whether it is
    /// a torn write ([`Collector::permit`]).
    Doubt(Bad),
}

/// What came of a frame.
enum Taken {
    Yes,
    /// It cannot be the next, and stands as it was written.
    Written(Reason),
    /// It is bad.
    Bad(Reason),
    /// It would be good but for its payload.
    Doubt(Reason),
}

/// Everything that is known after the records so far.
#[derive(Debug)]
pub(crate) struct Collector {
    chain: Chain,
    /// Where the next frame is expected.
    pub(crate) end: Cursor,
    pub(crate) index: Index,
    pub(crate) last_batch: BatchStart,
    pub(crate) accounts: Accounts,
    /// Doubtful payloads of the last segment are no torn writes below this position.
    permitted: u64,
    /// Where reading began, and the link of the record before.
    start: (BatchStart, Digest),
}

impl Collector {
    pub(crate) fn new() -> Collector {
        let start = BatchStart { at: Cursor::first_of(0), seq: 0 };
        Collector::resuming(start, Digest::ZERO, Index::default())
    }

    /// Goes on at a batch after the record with the link `prev`; `index` knows the segments up to
    /// there.
    pub(crate) fn resuming(batch: BatchStart, prev: Digest, index: Index) -> Collector {
        Collector {
            chain: Chain::starting(batch.seq, prev),
            end: batch.at,
            index,
            last_batch: batch,
            accounts: Accounts::starting(0),
            permitted: 0,
            start: (batch, prev),
        }
    }

    /// For reading the same records again, which are in the log by now: it keeps the accounts of
    /// payloads from `accounts` on.
    pub(crate) fn again(&self, accounts: u64) -> Collector {
        let (batch, prev) = self.start;
        let again = Collector::resuming(batch, prev, Index::default());
        Collector { accounts: Accounts::starting(accounts), permitted: u64::MAX, ..again }
    }

    /// The last record, and what must follow it.
    pub(crate) fn chain(&self) -> Chain {
        self.chain
    }

    /// Doubtful payloads of the last segment are no torn writes below `seq`.
    pub(crate) fn permit(&mut self, seq: u64) {
        self.permitted = self.permitted.max(seq);
    }

    /// How many records there are so far.
    pub(crate) fn size(&self) -> u64 {
        self.chain.seq
    }

    /// The link of the last record.
    pub(crate) fn link(&self) -> Digest {
        self.chain.prev
    }

    /// The time of the last record.
    pub(crate) fn time(&self) -> u64 {
        self.chain.time.unwrap_or(0)
    }

    /// Takes the next chunk; each record that fits goes to `visit`.
    ///
    /// # Errors
    /// Damage where no torn write can be, unreadable bytes, or a visitor that stopped.
    pub(crate) fn take(
        &mut self,
        chunk: &mut Chunk,
        layout: &Layout,
        visit: Visit<'_>,
    ) -> Result<Flow> {
        for frame in &chunk.frames {
            match self.take_frame(frame, chunk, layout, visit)? {
                Taken::Yes => {}
                Taken::Written(reason) => return Err(self.written(layout, reason)),
                Taken::Bad(reason) => return self.bad(layout, reason),
                Taken::Doubt(reason) => return Ok(Flow::Stop(Stop::Doubt(self.flaw(reason)))),
            }
        }
        match std::mem::replace(&mut chunk.next, Next::Frames) {
            Next::Frames => Ok(Flow::More),
            Next::Failed(error) => Err(error),
            Next::Bad(reason) => self.bad(layout, reason),
            Next::Written(reason) => Err(self.written(layout, reason)),
            Next::End => self.end_segment(layout),
        }
    }

    fn take_frame(
        &mut self,
        frame: &Frame,
        chunk: &Chunk,
        layout: &Layout,
        visit: Visit<'_>,
    ) -> Result<Taken> {
        let checked = &frame.checked;
        let seq = checked.header.seq;
        let at = self.end;
        let unsure = checked.payload == Standing::Doubtful(Doubt::Checksum);
        let mut chain = self.chain;
        if let Err(reason) = chain.accept(checked) {
            return Ok(if unsure { Taken::Bad(reason) } else { Taken::Written(reason) });
        }
        if unsure && seq >= self.permitted && at.segment + 1 == layout.segments.len() {
            return Ok(Taken::Doubt(Doubt::Checksum.reason()));
        }
        self.chain = chain;
        if checked.batch_index == 0 {
            self.last_batch = BatchStart { at, seq };
        }
        self.accounts.take(at, checked);
        let segment = layout.segments.get(at.segment).expect("chunks come from the layout");
        self.index.add(segment, seq, at.offset);
        self.end.offset += frame.len as u64;
        let bytes = chunk.bytes.get(frame.start..frame.start + frame.len).unwrap_or_default();
        let entry = Entry::new(checked, &segment.path, at.offset, Cow::Borrowed(bytes));
        match visit(&entry) {
            ControlFlow::Continue(()) => Ok(Taken::Yes),
            ControlFlow::Break(()) => Err(Error::Stopped { seq }),
        }
    }

    /// Judges a bad frame: an error everywhere but in the last segment, and always for record 0.
    fn bad(&self, layout: &Layout, reason: Reason) -> Result<Flow> {
        let bad = self.flaw(reason);
        if bad.seq == 0 || bad.at.segment + 1 < layout.segments.len() {
            return Err(integrity(layout, &bad));
        }
        Ok(Flow::Stop(Stop::Bad(bad)))
    }

    /// The error for a bad frame that stands as it was written. A torn write has broken checksums,
    /// so this is none (docs/decisions/0006).
    fn written(&self, layout: &Layout, reason: Reason) -> Error {
        integrity(layout, &self.flaw(reason))
    }

    fn flaw(&self, reason: Reason) -> Bad {
        let (at, seq) = (self.end, self.chain.seq);
        let reason = if seq == 0 { Reason::Birth { cause: Box::new(reason) } } else { reason };
        Bad { at, seq, reason }
    }

    fn end_segment(&mut self, layout: &Layout) -> Result<Flow> {
        let Some(next) = layout.segments.get(self.end.segment + 1) else {
            return Ok(Flow::More);
        };
        self.end = Cursor::first_of(self.end.segment + 1);
        self.chain.begin_segment();
        self.index.segments.push(IndexedSegment::new(next));
        if next.first_seq != self.chain.seq {
            let (found, expected) = (next.first_seq, self.chain.seq);
            let reason = Reason::SegmentGap { found, expected };
            let at = Cursor { segment: self.end.segment, offset: 0 };
            return Err(integrity(layout, &Bad { at, seq: expected, reason }));
        }
        Ok(Flow::More)
    }
}

/// The error for a bad frame that is not a torn write.
pub(crate) fn integrity(layout: &Layout, bad: &Bad) -> Error {
    let segment = layout.segments.get(bad.at.segment).map(|segment| segment.path.to_string());
    Error::Integrity(Integrity {
        segment: segment.unwrap_or_default(),
        offset: bad.at.offset,
        seq: bad.seq,
        reason: bad.reason.clone(),
    })
}

//! A doubtful payload in the last segment: a torn write, or a redaction that was cut short
//! (FORMAT.md 3 and 6 together).
//!
//! Two things leave a frame of which only `payload_crc` does not hold: a write of its batch that was
//! torn, and the erasing of its payload. They are told apart by what follows.
//!
//! - A good frame of a later batch: the batch was durable, so this is no torn write. Whether it is a
//!   redaction or damage is judged once the whole log was read.
//! - No such frame, but a `log.redact` of it in the same batch: erasing began only after that record
//!   was durable, and so its whole batch was. If instead the batch was torn, keeping it and erasing
//!   the payload is right too: its records were never acknowledged, so any part of them may stay, and
//!   the one that stays says that the payload is to go. Cutting it would lose acknowledged records in
//!   the first case.
//! - Neither: a torn write, which is cut. A redaction that lies behind the cut goes with it and
//!   accounts for nothing, since nothing was erased before it was durable.

use std::collections::BTreeMap;

use crate::error::Result;
use crate::frame::Checked;
use crate::hash::Shake;
use crate::scan::chunk::{Chunk, Chunks, Next};
use crate::scan::collect::{Bad, Chain, Collector};
use crate::scan::doubt::{Doubt, Standing};
use crate::scan::layout::Layout;
use crate::scan::tail::{Judgement, judge};
use crate::storage::Storage;

/// The position below which doubtful payloads are no torn writes; not above `doubt.seq` if that one
/// is. The collector stands before it.
pub(crate) fn untorn_below<S: Storage>(
    storage: &S,
    layout: &Layout,
    collector: &Collector,
    doubt: &Bad,
) -> Result<u64> {
    let mut ahead = Ahead::new(collector.chain(), doubt.seq);
    ahead.read(storage, layout, doubt)?;
    if ahead.settled > doubt.seq {
        return Ok(ahead.settled);
    }
    match judge(storage, layout.last(), doubt)? {
        Judgement::Settled { .. } => Ok(doubt.seq + 1),
        Judgement::Torn { .. } => Ok(ahead.cut()),
    }
}

/// The frames from a doubtful one on, as far as each follows from the one before.
struct Ahead {
    chain: Chain,
    /// First record of the last batch that has a good frame, if that is a later one.
    settled: u64,
    /// Doubtful payloads from the last batch on, ascending.
    doubts: Vec<u64>,
    /// The first redaction of a position, from the last batch on.
    redacted: BTreeMap<u64, u64>,
}

impl Ahead {
    fn new(chain: Chain, seq: u64) -> Ahead {
        Ahead { chain, settled: seq, doubts: Vec::new(), redacted: BTreeMap::new() }
    }

    fn read<S: Storage>(&mut self, storage: &S, layout: &Layout, doubt: &Bad) -> Result<()> {
        let mut chunks = Chunks::new(storage, layout, doubt.at);
        let mut chunk = Chunk::new();
        while chunks.fill(&mut chunk) {
            chunk.check::<Shake>(&layout.last().nonce);
            if !chunk.frames.iter().all(|frame| self.take(&frame.checked)) {
                return Ok(());
            }
            match std::mem::replace(&mut chunk.next, Next::Frames) {
                Next::Frames => {}
                Next::Failed(error) => return Err(error),
                Next::End | Next::Bad(_) | Next::Written(_) => return Ok(()),
            }
        }
        Ok(())
    }

    /// Takes the next frame; `false` if it does not follow.
    fn take(&mut self, checked: &Checked) -> bool {
        if self.chain.accept(checked).is_err() {
            return false;
        }
        let seq = checked.header.seq;
        let batch = seq.saturating_sub(u64::from(checked.batch_index));
        if checked.payload == Standing::Doubtful(Doubt::Checksum) {
            self.doubts.push(seq);
        } else if batch > self.settled {
            self.settled = batch;
            self.doubts.clear();
            self.redacted.clear();
        }
        if let Some(target) = checked.redacts {
            self.redacted.entry(target).or_insert(seq);
        }
        true
    }

    /// Where a torn write begins: the first doubtful payload without a redaction before that place.
    fn cut(&self) -> u64 {
        let mut cut = self.chain.head().size;
        loop {
            let unredacted = |seq: &&u64| {
                **seq < cut && self.redacted.get(seq).is_none_or(|redaction| *redaction >= cut)
            };
            match self.doubts.iter().find(unredacted) {
                Some(seq) => cut = *seq,
                None => return cut,
            }
        }
    }
}

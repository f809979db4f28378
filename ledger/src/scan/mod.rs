//! Reading a whole log: chunks of frames, checked by workers, joined in order, the tail judged.

mod chunk;
mod collect;
mod layout;
mod pipeline;
mod sums;
mod survey;
mod tail;

pub(crate) use self::chunk::Cursor;
pub(crate) use self::collect::{Bad, BatchStart, Chain, Collector, integrity};
pub(crate) use self::layout::{Layout, Listing, Segment};
pub(crate) use self::pipeline::{Listener, scan};
pub(crate) use self::survey::{TornTail, survey};
#[cfg(test)]
pub(crate) use self::tail::{Judgement, WINDOW_STEP, judge};

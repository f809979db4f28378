//! Reading a whole log: chunks of frames, checked by workers, joined in order, the tail judged.

mod accounts;
mod ahead;
mod chunk;
mod collect;
mod doubt;
mod layout;
mod payloads;
mod pipeline;
mod sums;
mod survey;
mod tail;

pub(crate) use self::accounts::REMEMBERED_MAX;
pub(crate) use self::chunk::Cursor;
pub(crate) use self::collect::{Bad, BatchStart, Chain, Collector, integrity};
pub(crate) use self::doubt::{Doubt, Standing};
pub(crate) use self::layout::{Layout, Listing, Segment};
pub use self::payloads::PendingRedactions;
pub(crate) use self::payloads::{find_pending, reader};
pub(crate) use self::pipeline::Listener;
pub(crate) use self::survey::{Surveyed, TornTail, read_through, survey};
#[cfg(test)]
pub(crate) use self::tail::{Judgement, WINDOW_STEP, judge};

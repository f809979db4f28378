//! A whole log, read and judged, without changing anything.

use crate::error::Result;
use crate::hash::Hasher;
use crate::reason::Reason;
use crate::scan::collect::{Bad, Collector, integrity};
use crate::scan::layout::Layout;
use crate::scan::pipeline::{Listener, scan};
use crate::scan::tail::{Judgement, judge};
use crate::storage::Storage;

/// A torn write at the end of the log.
#[derive(Clone, Debug)]
pub(crate) struct TornTail {
    pub(crate) bad: Bad,
    /// End of the bytes that are not zero.
    pub(crate) end: u64,
}

/// Reads every record from the start; a torn write at the end, if there is one.
///
/// # Errors
/// Damage, with its place; unreadable bytes; a visitor that stopped.
pub(crate) fn survey<S: Storage, H: Hasher>(
    storage: &S,
    layout: &Layout,
    threads: usize,
    collector: &mut Collector,
    listener: &mut Listener<'_>,
) -> Result<Option<TornTail>> {
    let mut bad = scan::<S, H>(storage, layout, threads, collector, listener)?;
    while let Some(found) = bad {
        match judge(storage, layout.last(), &found)? {
            Judgement::Torn { end } => {
                collector.finish(layout)?;
                return Ok(Some(TornTail { bad: found, end }));
            }
            Judgement::Settled { seq, offset } => {
                // Beside a running kernel the frame may have been written between the two looks:
                // only what is bad after the later batch was seen is damage.
                bad = scan::<S, H>(storage, layout, 1, collector, listener)?;
                if let Some(again) = bad.as_ref().filter(|again| again.seq == found.seq) {
                    let cause = Box::new(again.reason.clone());
                    let reason = Reason::Settled { cause, seq, offset };
                    return Err(integrity(layout, &Bad { reason, ..found }));
                }
            }
        }
    }
    collector.finish(layout)?;
    Ok(None)
}

//! A whole log, read and judged, without changing anything.

use crate::error::Result;
use crate::hash::Hasher;
use crate::reason::Reason;
use crate::scan::ahead::untorn_below;
use crate::scan::collect::{Bad, Collector, Stop, integrity};
use crate::scan::layout::Layout;
use crate::scan::payloads::{PendingRedactions, find_pending};
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

/// What reading a log to its end has shown.
#[derive(Debug)]
pub(crate) struct Surveyed {
    pub(crate) torn: Option<TornTail>,
    pub(crate) pending: PendingRedactions,
}

/// Reads every record from where the collector stands: what stands at the end, and which redactions
/// are pending. The layout gets the segments that a writer begins meanwhile, where they are needed.
///
/// # Errors
/// Damage, with its place; unreadable bytes; a visitor that stopped.
pub(crate) fn survey<S: Storage, H: Hasher>(
    storage: &S,
    layout: &mut Layout,
    threads: usize,
    collector: &mut Collector,
    listener: &mut Listener<'_>,
) -> Result<Surveyed> {
    let mut torn = read_to_tail::<S, H>(storage, layout, threads, collector, listener)?;
    loop {
        let bad = match find_pending::<S, H>(storage, layout, threads, collector)? {
            Ok(pending) => return Ok(Surveyed { torn, pending }),
            Err(bad) => bad,
        };
        // Beside a writer that erases, the redaction may have been written since: it was durable
        // before anything was erased, so it is found by reading on.
        let size = collector.size();
        layout.refresh::<S, H>(storage)?;
        torn = read_to_tail::<S, H>(storage, layout, threads, collector, listener)?;
        if collector.size() == size {
            return Err(integrity(layout, &bad));
        }
    }
}

/// Reads to the end; a torn write there, if there is one.
fn read_to_tail<S: Storage, H: Hasher>(
    storage: &S,
    layout: &Layout,
    threads: usize,
    collector: &mut Collector,
    listener: &mut Listener<'_>,
) -> Result<Option<TornTail>> {
    let mut bad = read_through::<S, H>(storage, layout, threads, collector, listener)?;
    while let Some(found) = bad {
        match judge(storage, layout.last(), &found)? {
            Judgement::Torn { end } => return Ok(Some(TornTail { bad: found, end })),
            Judgement::Settled { seq, offset } => {
                // Beside a running kernel the frame may have been written between the two looks:
                // only what is bad after the later batch was seen is damage.
                bad = read_through::<S, H>(storage, layout, 1, collector, listener)?;
                if let Some(again) = bad.as_ref().filter(|again| again.seq == found.seq) {
                    let cause = Box::new(again.reason.clone());
                    let reason = Reason::Settled { cause, seq, offset };
                    return Err(integrity(layout, &Bad { reason, ..found }));
                }
            }
        }
    }
    Ok(None)
}

/// Reads to the end or to the first bad frame of the last segment, over doubtful payloads that are no
/// torn writes.
pub(crate) fn read_through<S: Storage, H: Hasher>(
    storage: &S,
    layout: &Layout,
    threads: usize,
    collector: &mut Collector,
    listener: &mut Listener<'_>,
) -> Result<Option<Bad>> {
    loop {
        let doubt = match scan::<S, H>(storage, layout, threads, collector, listener)? {
            None => return Ok(None),
            Some(Stop::Bad(bad)) => return Ok(Some(bad)),
            Some(Stop::Doubt(bad)) => bad,
        };
        let below = untorn_below(storage, layout, collector, &doubt)?;
        if below <= doubt.seq {
            return Ok(Some(doubt));
        }
        collector.permit(below);
    }
}

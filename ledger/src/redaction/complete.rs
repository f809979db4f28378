//! Completing redactions that were cut short.

use super::eraser::{Erased, erase};
use crate::error::Result;
use crate::hash::Shake;
use crate::scan::{Collector, Layout, PendingRedactions, find_pending, integrity, reader};
use crate::storage::Storage;

/// Erases whatever is pending among the records that the collector has taken, all of which are
/// durable.
///
/// # Errors
/// Damage, or what the storage says.
pub(crate) fn complete<S: Storage>(
    storage: &S,
    layout: &Layout,
    threads: usize,
    collector: &Collector,
    pending: &PendingRedactions,
) -> Result<Erased> {
    let mut erased = Erased::default();
    let mut pending = pending.clone();
    while pending.count > 0 {
        let done = erase(&reader(storage, collector), &pending.seqs)?;
        erased.payloads += done.payloads;
        erased.blobs += done.blobs;
        erased.torn += done.torn;
        if pending.count == pending.seqs.len() as u64 {
            break;
        }
        // There are more than one reading remembers.
        let more = find_pending::<S, Shake>(storage, layout, threads, collector)?;
        pending = more.map_err(|bad| integrity(layout, &bad))?;
    }
    Ok(erased)
}

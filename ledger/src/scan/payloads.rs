//! Judging erased and doubtful payloads once the whole log was read (FORMAT.md 6).

use std::ops::ControlFlow;
use std::sync::Arc;

use crate::entry::Entry;
use crate::error::{Error, Result};
use crate::hash::Hasher;
use crate::index::Head;
use crate::reader::Reader;
use crate::redaction;
use crate::scan::accounts::{Accounts, REMEMBERED_MAX};
use crate::scan::collect::{Bad, Collector, Stop, integrity};
use crate::scan::layout::Layout;
use crate::scan::pipeline::{Listener, scan};
use crate::shared::Shared;
use crate::storage::Storage;

/// Redactions whose record is in the log and whose payload is not erased yet: erasing was cut short,
/// and the next opening for writing completes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PendingRedactions {
    /// How many there are.
    pub count: u64,
    /// Positions of the payloads, ascending: all of them, or the first 262,144.
    pub seqs: Vec<u64>,
}

impl PendingRedactions {
    fn add(&mut self, seqs: impl IntoIterator<Item = u64>) {
        for seq in seqs {
            self.count += 1;
            if self.seqs.len() < REMEMBERED_MAX {
                self.seqs.push(seq);
            }
        }
    }
}

/// Holds every erased or doubtful payload of the records that the collector has taken to a redaction
/// among them, and every redaction to its payload.
///
/// # Errors
/// Damage, unreadable bytes. The inner error is the first payload that no redaction accounts for.
pub(crate) fn find_pending<S: Storage, H: Hasher>(
    storage: &S,
    layout: &Layout,
    threads: usize,
    collector: &Collector,
) -> Result<std::result::Result<PendingRedactions, Bad>> {
    let mut pending = PendingRedactions::default();
    let mut more = None;
    loop {
        let accounts = more.as_ref().unwrap_or(&collector.accounts);
        if let Some((seq, at, reason)) = accounts.unaccounted() {
            return Ok(Err(Bad { at, seq, reason }));
        }
        let redacted: Vec<u64> = accounts.redacted().collect();
        if !redacted.is_empty() {
            let unerased = redaction::unerased(&reader(storage, collector), &redacted)?;
            pending.add(unerased);
        }
        let Some(rest) = accounts.rest() else { return Ok(Ok(pending)) };
        more = Some(read_again::<S, H>(storage, layout, threads, collector, rest)?);
    }
}

/// A reader of what the collector has taken.
pub(crate) fn reader<S: Storage>(storage: &S, collector: &Collector) -> Reader<S> {
    let head = Head { size: collector.size(), link: collector.link(), time: collector.time() };
    Reader::new(storage.clone(), Arc::new(Shared::new(head, collector.index.clone())))
}

/// Reads the same records once more, for the accounts of payloads from `start` on.
fn read_again<S: Storage, H: Hasher>(
    storage: &S,
    layout: &Layout,
    threads: usize,
    collector: &Collector,
    start: u64,
) -> Result<Accounts> {
    let mut again = collector.again(start);
    let size = collector.size();
    let visit = &mut |entry: &Entry<'_>| match entry.header.seq + 1 {
        next if next < size => ControlFlow::Continue(()),
        _ => ControlFlow::Break(()),
    };
    let mut listener = Listener { visit, progress: &mut |_, _| {} };
    match scan::<S, H>(storage, layout, threads, &mut again, &mut listener) {
        Err(Error::Stopped { seq }) if seq + 1 == size => Ok(again.accounts),
        Err(error) => Err(error),
        Ok(Some(Stop::Bad(bad) | Stop::Doubt(bad))) => Err(integrity(layout, &bad)),
        Ok(None) => Err(Error::Short { found: again.size(), expected: size }),
    }
}

//! Records.

use super::page::{Order, PAGE_RECORDS_MAX, Page, Records};
use super::walk::walk;
use super::{Error, Filter, Sight};
use crate::api::json::{Record, WholeRecord};
use std::ops::ControlFlow;
use weft_ledger::Entry;
use weft_ledger::postings::Direction;
use weft_ledger::storage::Storage;
use weft_projections::{Seq, Time};

/// Most records that one page reads, where one that is read alone counts as several: a filter that hardly anything fits gives short pages.
pub const SCAN_RECORDS_MAX: u64 = 65_536;

/// Bytes of frames after which a page ends.
const PAGE_FRAME_BYTES_MAX: u64 = 1 << 20;

/// A page of the records in sight that fit.
///
/// # Errors
/// [`Error::Unread`] when the log cannot be read or holds a record of a later version.
pub fn records<S: Storage>(
    sight: &Sight<'_, S>,
    filter: &Filter,
    page: Page,
) -> Result<Records, Error> {
    let mut found = match (page.order, page.from) {
        (Order::Oldest, Some(from)) => oldest(sight, filter, from, page.limit)?,
        (Order::Oldest, None) | (Order::Newest, _) => newest(sight, filter, page)?,
    };
    if page.order == Order::Oldest && page.from.is_none() {
        found.records.reverse();
        // What is beyond such a page lies before it, and is none of its order.
        found.next = None;
    }
    Ok(found)
}

/// Everything of one record.
///
/// # Errors
/// [`Error::NotFound`] beyond the last one in sight, [`Error::Unread`] as [`records`].
pub fn record<S: Storage>(sight: &Sight<'_, S>, seq: Seq) -> Result<WholeRecord, Error> {
    let entry = sight.entry(seq)?;
    Ok(WholeRecord::new(&entry, &crate::view(&entry)?, &sight.reader.blobs())?)
}

/// The records from `from` on that fit, oldest first, at most `limit` and [`PAGE_RECORDS_MAX`].
///
/// # Errors
/// As [`records`].
pub fn oldest<S: Storage>(
    sight: &Sight<'_, S>,
    filter: &Filter,
    from: Seq,
    limit: u64,
) -> Result<Records, Error> {
    let mut gathered = Gathered::new(limit);
    let mut next = None;
    walk(sight, filter, from.0..u64::MAX, Direction::Ascending, &mut |entry, cost| {
        if gathered.is_full() {
            next = Some(entry.header.seq);
            return Ok(ControlFlow::Break(()));
        }
        gathered.take(filter, entry, cost)
    })?;
    Ok(gathered.until(next))
}

fn newest<S: Storage>(sight: &Sight<'_, S>, filter: &Filter, page: Page) -> Result<Records, Error> {
    let mut gathered = Gathered::new(page.limit);
    let last = page.from.map_or(sight.head, |from| from.min(sight.head));
    let seqs = 0..last.0.saturating_add(1);
    let mut next = None;
    walk(sight, filter, seqs, Direction::Descending, &mut |entry, cost| {
        // Times only grow, so everything before is too old as well.
        if filter.since.is_some_and(|since| Time(entry.header.time) < since) {
            return Ok(ControlFlow::Break(()));
        }
        if gathered.is_full() {
            next = Some(entry.header.seq);
            return Ok(ControlFlow::Break(()));
        }
        gathered.take(filter, entry, cost)
    })?;
    Ok(gathered.until(next))
}

/// What a page has so far.
struct Gathered {
    records: Vec<Record>,
    limit: u64,
    scanned: u64,
    frame_bytes: u64,
}

impl Gathered {
    fn new(limit: u64) -> Gathered {
        let limit = limit.min(PAGE_RECORDS_MAX);
        Gathered { records: Vec::new(), limit, scanned: 0, frame_bytes: 0 }
    }

    fn is_full(&self) -> bool {
        self.records.len() as u64 >= self.limit
            || self.scanned >= SCAN_RECORDS_MAX
            || self.frame_bytes >= PAGE_FRAME_BYTES_MAX
    }

    fn take(
        &mut self,
        filter: &Filter,
        entry: &Entry<'_>,
        cost: u64,
    ) -> Result<ControlFlow<()>, Error> {
        self.scanned += cost;
        if filter.fits(entry)? {
            self.frame_bytes += entry.frame_bytes();
            self.records.push(Record::new(entry, &crate::view(entry)?));
        }
        Ok(ControlFlow::Continue(()))
    }

    fn until(self, next: Option<u64>) -> Records {
        Records { records: self.records, next }
    }
}

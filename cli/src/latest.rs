//! The latest records, in either order, however many: memory does not depend on their number.

use crate::error::Error;
use crate::reach::Reading;
use crate::render::Document;
use weft_projections::Seq;
use weft_runtime::api::json::Record;
use weft_runtime::api::queries::{Order, PAGE_RECORDS_MAX, Page};

/// What is done with a record.
pub(crate) type Show<'a> = dyn FnMut(Document<Record>) -> Result<(), Error> + 'a;

/// Shows the latest `limit` records up to `head` that `read` finds, in that order.
///
/// # Errors
/// What `read` and `show` say.
pub(crate) fn show(
    read: &mut Reading<'_>,
    head: Seq,
    limit: u64,
    order: Order,
    show: &mut Show<'_>,
) -> Result<(), Error> {
    match order {
        Order::Newest => newest_first(read, head, limit, show),
        Order::Oldest if limit > head.0 => oldest_first(read, Seq(0), head, show),
        Order::Oldest if limit <= PAGE_RECORDS_MAX => turned_around(read, head, limit, show),
        Order::Oldest => match earliest(read, head, limit)? {
            Some(first) => oldest_first(read, first, head, show),
            None => Ok(()),
        },
    }
}

fn newest_first(
    read: &mut Reading<'_>,
    head: Seq,
    limit: u64,
    show: &mut Show<'_>,
) -> Result<(), Error> {
    let (mut from, mut left) = (Some(head), limit);
    while let Some(start) = from.filter(|_| left > 0) {
        let found = read(newest(start, left))?;
        left = left.saturating_sub(found.records.len() as u64);
        found.records.into_iter().try_for_each(|sited| show(sited.record))?;
        from = found.next;
    }
    Ok(())
}

/// So few that they can be held, so that a filter is asked once.
fn turned_around(
    read: &mut Reading<'_>,
    head: Seq,
    limit: u64,
    show: &mut Show<'_>,
) -> Result<(), Error> {
    let mut held = Vec::new();
    newest_first(read, head, limit, &mut |record| {
        held.push(record);
        Ok(())
    })?;
    held.into_iter().rev().try_for_each(show)
}

/// The first of the latest `limit` records.
fn earliest(read: &mut Reading<'_>, head: Seq, limit: u64) -> Result<Option<Seq>, Error> {
    let (mut from, mut left, mut first) = (Some(head), limit, None);
    while let Some(start) = from.filter(|_| left > 0) {
        let found = read(newest(start, left))?;
        left = left.saturating_sub(found.records.len() as u64);
        first = found.records.last().map(|sited| sited.seq).or(first);
        from = found.next;
    }
    Ok(first)
}

fn oldest_first(
    read: &mut Reading<'_>,
    first: Seq,
    head: Seq,
    show: &mut Show<'_>,
) -> Result<(), Error> {
    let mut from = Some(first);
    while let Some(start) = from.filter(|start| *start <= head) {
        let page = Page { from: Some(start), limit: PAGE_RECORDS_MAX, order: Order::Oldest };
        let found = read(page)?;
        let known = found.records.into_iter().filter(|sited| sited.seq <= head);
        known.map(|sited| sited.record).try_for_each(&mut *show)?;
        from = found.next;
    }
    Ok(())
}

fn newest(from: Seq, left: u64) -> Page {
    Page { from: Some(from), limit: left.min(PAGE_RECORDS_MAX), order: Order::Newest }
}

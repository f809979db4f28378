//! The thread that takes snapshots while the kernel runs.

use super::{Claim, Taker};
use crate::keeper::Signed;
use crate::kernel::{Board, Published};
use std::sync::Arc;
use std::time::Duration;
use weft_ledger::{LogKeys, Storage};

/// How long the thread sleeps while nothing happens.
const IDLE: Duration = Duration::from_secs(3_600);

/// Between two looks at whether a checkpoint binds what is to be kept.
const SIGNING: Duration = Duration::from_millis(500);

/// Takes snapshots as they fall due, until nothing is published any more; each goes to `taken`. Gives
/// the taker back, for the one at the end.
pub(crate) fn run<S: Storage>(
    mut taker: Taker<S>,
    board: &Arc<Board>,
    signed: &Signed,
    taken: impl Fn(Claim),
) -> Taker<S> {
    while let Some(published) = next_due(&taker, board) {
        match bound(&published, board, signed) {
            None => break,
            Some(keys) => match taker.take((*published).clone(), &keys) {
                Ok(claim) => taken(claim),
                // A snapshot is derived: without one the next opening reads more.
                Err(error) => tracing::warn!(%error, "no snapshot was taken"),
            },
        }
        board.wait_for_end(taker.policy().interval);
    }
    taker
}

/// Waits until a snapshot is due; `None` at the end.
fn next_due<S: Storage>(taker: &Taker<S>, board: &Arc<Board>) -> Option<Arc<Published>> {
    let mut past = taker.policy().earliest(taker.newest());
    loop {
        let published = board.wait_past(past, IDLE);
        if board.has_ended() {
            return None;
        }
        if taker.policy().is_due(taker.newest(), &published) {
            return Some(published);
        }
        past = past.max(published.head.seq);
    }
}

/// Waits until a checkpoint binds what was published; the keys of the log then, `None` at the end.
fn bound(published: &Published, board: &Arc<Board>, signed: &Signed) -> Option<LogKeys> {
    loop {
        if let Some(keys) = signed.keys_past(published.head.seq) {
            return Some(keys);
        }
        board.wait_for_end(SIGNING);
        if board.has_ended() {
            return None;
        }
    }
}

/// The snapshot of a moment, if one is due; what it says of State.
pub(crate) fn if_due<S: Storage>(
    taker: &mut Taker<S>,
    published: &Published,
    signed: &Signed,
) -> Option<Claim> {
    let due = taker.policy().is_due(taker.newest(), published);
    if due { take(taker, published, signed) } else { None }
}

/// The snapshot at the end, once everything is signed. Whoever opens the log next claims it.
pub(crate) fn at_close<S: Storage>(taker: &mut Taker<S>, published: &Published, signed: &Signed) {
    if taker.policy().is_due_at_close(taker.newest(), published) {
        take(taker, published, signed);
    }
}

/// A snapshot is derived: without one the next opening reads more.
fn take<S: Storage>(taker: &mut Taker<S>, published: &Published, signed: &Signed) -> Option<Claim> {
    let keys = signed.keys_past(published.head.seq)?;
    let taken = taker.take(published.clone(), &keys);
    taken.inspect_err(|error| tracing::warn!(%error, "no snapshot was taken")).ok()
}

//! The keeper's thread.

use super::Keeper;
use crate::Error;
use crate::kernel::Board;
use std::sync::Arc;
use std::time::Duration;
use weft_ledger::storage::Storage;
use weft_projections::Seq;

/// Between two checkpoints of a log that grows: at least every second there is one.
const INTERVAL: Duration = Duration::from_millis(500);

/// How long the thread sleeps while nothing happens.
const IDLE: Duration = Duration::from_secs(3_600);

/// Follows the log until nothing is published any more, and signs once more then.
///
/// # Errors
/// Those of [`Keeper::round`]: the kernel goes on without checkpoints, and says so at its end.
pub(crate) fn run<S: Storage>(mut keeper: Keeper<S>, board: &Arc<Board>) -> Result<(), Error> {
    let mut seen: Option<Seq> = None;
    while !board.has_ended() {
        let head = match seen {
            None => board.read().head.seq,
            Some(seen) => board.wait_past(seen, IDLE).head.seq,
        };
        if seen != Some(head) {
            keeper.round().inspect_err(|error| {
                tracing::error!(%error, "no checkpoint is signed any more");
            })?;
            seen = Some(head);
        }
        board.wait_for_end(INTERVAL);
    }
    keeper.round()
}

//! The keeper's thread.

use super::Keeper;
use crate::Error;
use crate::index::More;
use crate::kernel::Board;
use std::sync::Arc;
use std::time::Duration;
use weft_ledger::storage::Storage;

/// Between two checkpoints of a log that grows: at least every second there is one.
const INTERVAL: Duration = Duration::from_millis(500);

/// How long the thread sleeps while nothing happens.
const IDLE: Duration = Duration::from_secs(3_600);

/// Follows the log until nothing is published any more, and once more then.
///
/// # Errors
/// Those of [`Keeper::finish`].
pub(crate) fn run<S: Storage>(mut keeper: Keeper<S>, board: &Arc<Board>) -> Result<(), Error> {
    keeper.want_postings();
    while !board.has_ended() {
        let seen = board.read().head.seq;
        keeper.round();
        match keeper.more() {
            More::Now => {}
            More::Soon => board.wait_for_end(INTERVAL),
            More::OnNews => {
                board.wait_for_end(INTERVAL);
                board.wait_for_work(seen, IDLE);
            }
        }
    }
    keeper.finish()
}

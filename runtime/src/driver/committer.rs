//! The committing thread: the only one that writes.

use super::writer::Committed;
use crate::Error;
use crate::kernel::{Answer, Back, Batch};
use crate::platform::Platform;
use crossbeam_channel::{Receiver, Sender};

/// Commits batches until the deciding thread is gone, then closes the log.
///
/// # Errors
/// The first failed write or sync. Everybody who waits for that batch or a later one sees the
/// answer's sender dropped, which means that the outcome is unknown.
pub(crate) fn run<P: Platform>(
    mut back: Back<P>,
    batches: &Receiver<Batch<Sender<Answer>>>,
    done: &Sender<Committed>,
) -> Result<(), Error> {
    for batch in batches {
        // A client that went away does not want its answer any more.
        let room = back.commit(batch, |reply, answer| drop(reply.send(answer)))?;
        if done.send(Committed { room }).is_err() {
            break;
        }
    }
    back.close()
}

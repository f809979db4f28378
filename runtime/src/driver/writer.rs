//! The deciding thread: the only one that owns State.

use super::handle::Input;
use super::reply::Reply;
use crate::kernel::{Batch, Front, Room};
use crate::platform::Platform;
use crossbeam_channel::{Receiver, Sender, never, select};

/// What the committing thread says after each batch.
pub(crate) struct Committed {
    pub(crate) room: Room,
}

/// Decides commands until every sender is gone or the committer has halted.
pub(crate) fn run<P: Platform>(
    mut front: Front<P, Reply>,
    queue: &Receiver<Input>,
    batches: &Sender<Batch<Reply>>,
    outcomes: &Receiver<Committed>,
) {
    let mut committer_busy = false;
    let mut more_to_come = true;
    while more_to_come || committer_busy || front.has_open_batch() || front.has_suppressed() {
        let paused = never();
        let inputs = if more_to_come && !front.batch_is_full() { queue } else { &paused };
        select! {
            recv(inputs) -> input => match input {
                Ok(input) => {
                    front.submit(input.request, input.reply);
                    drain(&mut front, queue);
                }
                Err(_) => more_to_come = false,
            },
            recv(outcomes) -> outcome => match outcome {
                Ok(committed) => {
                    front.set_room(committed.room);
                    committer_busy = false;
                }
                Err(_) => return,
            },
        }
        if !more_to_come {
            front.flush_all_suppressed();
        }
        if !committer_busy && let Some(batch) = front.take_batch() {
            if batches.send(batch).is_err() {
                return;
            }
            committer_busy = true;
        }
    }
}

/// Takes what is already waiting, up to a full batch.
fn drain<P: Platform>(front: &mut Front<P, Reply>, queue: &Receiver<Input>) {
    while !front.batch_is_full() {
        let Ok(input) = queue.try_recv() else { return };
        front.submit(input.request, input.reply);
    }
}

//! The deciding thread: the only one that owns State.

use super::handle::Input;
use super::reply::Reply;
use crate::kernel::{Batch, Front, Room};
use crate::platform::Platform;
use crate::snapshot::Claim;
use crossbeam_channel::{Receiver, Sender, after, never, select};
use std::time::Duration;

/// How long commands wait before it is looked again whether the keeper has written ids.
const IDS_WAIT: Duration = Duration::from_millis(10);

/// What the committing thread says after each batch.
pub(crate) struct Committed {
    pub(crate) room: Room,
}

/// Decides commands until every sender is gone or the committer has halted.
pub(crate) fn run<P: Platform>(
    mut front: Front<P, Reply>,
    queue: &Receiver<Input>,
    claims: &Receiver<Claim>,
    batches: &Sender<Batch<Reply>>,
    outcomes: &Receiver<Committed>,
) {
    let mut committer_busy = false;
    let (mut more_to_come, mut claims_over) = (true, false);
    while more_to_come || committer_busy || front.has_open_batch() || front.has_suppressed() {
        let (paused, no_claims) = (never(), never());
        let ids_missing = front.waits_for_ids();
        let open = more_to_come && !front.batch_is_full() && !ids_missing;
        let inputs = if open { queue } else { &paused };
        // Whoever takes snapshots ends before this thread does, and then says nothing any more.
        let claims = if open && !claims_over { claims } else { &no_claims };
        let look_again = if ids_missing { after(IDS_WAIT) } else { never() };
        select! {
            recv(look_again) -> _ => {}
            recv(inputs) -> input => match input {
                Ok(input) => {
                    front.submit(input.request, input.reply);
                    drain(&mut front, queue);
                }
                Err(_) => more_to_come = false,
            },
            recv(claims) -> claim => match claim {
                Ok(claim) => front.claim(claim),
                Err(_) => claims_over = true,
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
    while !front.batch_is_full() && !front.waits_for_ids() {
        let Ok(input) = queue.try_recv() else { return };
        front.submit(input.request, input.reply);
    }
}

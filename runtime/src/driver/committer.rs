//! The committing thread: the only one that writes.

use super::Aside;
use super::reply::Reply;
use super::writer::Committed;
use crate::Error;
use crate::kernel::{Back, Batch, Board};
use crate::platform::Platform;
use crossbeam_channel::{Receiver, Sender};
use std::sync::Arc;

/// Commits batches until the deciding thread is gone, then closes the log.
///
/// # Errors
/// The first failed write or sync. Everybody who waits for that batch or a later one sees the
/// answer's sender dropped, which means that the outcome is unknown.
pub(crate) fn run<P: Platform>(
    mut back: Back<P>,
    batches: &Receiver<Batch<Reply>>,
    done: &Sender<Committed>,
    aside: Aside<P::Storage>,
) -> Result<(), Error> {
    let news = EndOfNews(back.published().clone());
    let committed = commit(&mut back, batches, done);
    // Whoever signs and indexes is done before somebody else may write, however this ends.
    drop(news);
    let kept = aside.join();
    committed?;
    back.close()?;
    kept
}

fn commit<P: Platform>(
    back: &mut Back<P>,
    batches: &Receiver<Batch<Reply>>,
    done: &Sender<Committed>,
) -> Result<(), Error> {
    for mut batch in batches {
        let room = back.write(&mut batch)?;
        // The next batch is handed over while this one is answered.
        let deciding = done.send(Committed { room });
        // A client that went away does not want its answer any more.
        back.answer_all(batch, Reply::send)?;
        if deciding.is_err() {
            break;
        }
    }
    Ok(())
}

/// Tells those who wait for news that there will be none, however the thread ends.
struct EndOfNews(Arc<Board>);

impl Drop for EndOfNews {
    fn drop(&mut self) {
        self.0.end();
    }
}

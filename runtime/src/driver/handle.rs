//! How clients in this process reach the kernel's threads.

use super::reply::{Reply, Ticket};
use super::{Aside, committer, writer};
use crate::index::Finder;
use crate::kernel::{Answer, Board, Divided, Kernel, Published, Request};
use crate::platform::Platform;
use crate::{Error, Reader};
use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;
use tokio::sync::{oneshot, watch};
use tokio::time::timeout;
use weft_commands::CommandId;
use weft_ledger::ids;
use weft_projections::Seq;

/// Commands that may wait for the kernel; a further one is refused or waits in its sender.
pub const QUEUE_COMMANDS_MAX: usize = 8_192;

/// How long a task waits before it looks again whether a full queue has room.
const QUEUE_WAIT: Duration = Duration::from_millis(10);

/// One command on its way, with the place its answer goes to.
pub(crate) struct Input {
    pub(crate) request: Request,
    pub(crate) reply: Reply,
}

/// The running kernel: its threads, which end when every [`Handle`] is gone.
#[derive(Debug)]
pub struct Driver {
    writer: JoinHandle<()>,
    committer: JoinHandle<Result<(), Error>>,
}

/// A client's end of the queue. Cloning it is cheap.
#[derive(Debug)]
pub struct Handle<P: Platform> {
    inputs: Sender<Input>,
    published: Arc<Board>,
    reader: Reader<P::Storage>,
    ids: ids::Reader<P::Storage>,
    finder: Finder,
}

impl<P: Platform> Clone for Handle<P> {
    fn clone(&self) -> Handle<P> {
        Handle {
            inputs: self.inputs.clone(),
            published: self.published.clone(),
            reader: self.reader.clone(),
            ids: self.ids.clone(),
            finder: self.finder.clone(),
        }
    }
}

impl Driver {
    /// Starts the threads of `kernel`: one decides, one commits, one follows with checkpoints and
    /// indexes, and where snapshots are taken a fourth does that.
    ///
    /// # Errors
    /// [`Error::Thread`] when the operating system gives no thread, [`Error::Ledger`] when what was
    /// still open in `kernel` cannot be committed.
    pub fn start<P: Platform + 'static>(
        kernel: Kernel<P, ()>,
    ) -> Result<(Driver, Handle<P>), Error> {
        let (inputs, queue) = bounded(QUEUE_COMMANDS_MAX);
        let (batches, open_batches) = bounded(1);
        let (done, outcomes) = bounded(1);
        let published = kernel.board();
        let reader = kernel.reader();
        let Divided { front, back, keeper, taker } = kernel.into_parts()?;
        let (finder, ids) = (keeper.finder().clone(), front.ids().clone());
        let (claims, claimed) = bounded(1);
        let aside = Aside::start(keeper, taker, &published, claims)?;
        let committer = move || committer::run(back, &open_batches, &done, aside);
        let committer = spawn("weft-commit", committer)?;
        let writer = move || writer::run(front, &queue, &claimed, &batches, &outcomes);
        let writer = spawn("weft-decide", writer)?;
        Ok((Driver { writer, committer }, Handle { inputs, published, reader, ids, finder }))
    }

    /// Waits until every handle is gone, everything queued is answered and the log is closed.
    ///
    /// # Errors
    /// Whatever halted the kernel: a failed write or sync, or a thread that panicked.
    pub fn join(self) -> Result<(), Error> {
        let writer = self.writer.join();
        let committer = self.committer.join();
        writer.map_err(|_| Error::Panicked("weft-decide"))?;
        committer.map_err(|_| Error::Panicked("weft-commit"))?
    }
}

pub(super) fn spawn<T: Send + 'static>(
    name: &'static str,
    run: impl FnOnce() -> T + Send + 'static,
) -> Result<JoinHandle<T>, Error> {
    thread::Builder::new().name(name.to_owned()).spawn(run).map_err(Error::Thread)
}

impl<P: Platform> Handle<P> {
    /// Sends `request` and waits for its answer.
    ///
    /// # Errors
    /// [`Error::Halted`] when the kernel has stopped before it took the request; an answer that
    /// never came because it stopped later is [`crate::Refused::OutcomeUnknown`].
    pub fn submit(&self, request: Request) -> Result<Answer, Error> {
        let answer = self.send(request)?;
        Ok(answer.recv().unwrap_or(Err(crate::Refused::OutcomeUnknown)))
    }

    /// Sends `request`, waiting for room in the queue; the answer comes through the receiver.
    /// A receiver that ends without an answer means the outcome is unknown.
    ///
    /// # Errors
    /// [`Error::Halted`] when the kernel has stopped.
    pub fn send(&self, request: Request) -> Result<Receiver<Answer>, Error> {
        let (reply, answer) = bounded(1);
        self.inputs
            .send(Input { request, reply: Reply::Channel(reply) })
            .map_err(|_| Error::Halted)?;
        Ok(answer)
    }

    /// Sends `request` unless the queue is full.
    ///
    /// # Errors
    /// [`Error::QueueFull`], or [`Error::Halted`] when the kernel has stopped.
    pub fn try_send(&self, request: Request) -> Result<Receiver<Answer>, Error> {
        let (reply, answer) = bounded(1);
        self.offer(request, Reply::Channel(reply)).map_err(|refused| refused.0)?;
        Ok(answer)
    }

    /// Sends `request` and waits for its answer without holding a thread. Whoever stops waiting does
    /// not take the command back.
    ///
    /// # Errors
    /// [`Error::Halted`] as [`Handle::submit`].
    pub async fn ask(&self, request: Request) -> Result<Answer, Error> {
        let (reply, answer) = oneshot::channel();
        let (mut request, mut reply) = (request, Reply::Task(reply));
        let mut news = self.published.news();
        while let Err(refused) = self.offer(request, reply) {
            let (error, refused) = *refused;
            let Error::QueueFull(_) = error else { return Err(error) };
            // A queue that is full is worked on: there is room after the next batch, and also when
            // nothing of a batch is recorded, which is no news.
            let batch = timeout(QUEUE_WAIT, news.changed()).await;
            if batch.is_ok_and(|changed| changed.is_err()) {
                return Err(Error::Halted);
            }
            Input { request, reply } = refused;
        }
        Ok(answer.await.unwrap_or(Err(crate::Refused::OutcomeUnknown)))
    }

    /// Sends `request` unless the queue is full; the answer goes to the queue of `ticket`.
    ///
    /// # Errors
    /// As [`Handle::try_send`]: then no answer comes.
    pub(crate) fn try_queue(&self, request: Request, ticket: Ticket) -> Result<(), Error> {
        self.offer(request, Reply::Queue(ticket)).map_err(|refused| {
            let (error, refused) = *refused;
            if let Reply::Queue(ticket) = refused.reply {
                ticket.revoke();
            }
            error
        })
    }

    /// Commands that wait for the kernel.
    pub(crate) fn waiting(&self) -> usize {
        self.inputs.len()
    }

    fn offer(&self, request: Request, reply: Reply) -> Result<(), Box<(Error, Input)>> {
        self.inputs.try_send(Input { request, reply }).map_err(|error| match error {
            TrySendError::Full(input) => Box::new((Error::QueueFull(QUEUE_COMMANDS_MAX), input)),
            TrySendError::Disconnected(input) => Box::new((Error::Halted, input)),
        })
    }

    /// `request` with content, under a fresh salt of the operating system's.
    ///
    /// # Errors
    /// As [`Request::with_content`], and [`Error::Entropy`].
    pub fn with_content(
        &self,
        request: Request,
        bytes: impl Into<Arc<[u8]>>,
    ) -> Result<Request, Error> {
        request.with_content(bytes, entropy()?)
    }

    /// An id nobody has used.
    ///
    /// # Errors
    /// [`Error::Entropy`] when the operating system has none.
    pub fn fresh_id(&self) -> Result<CommandId, Error> {
        CommandId::new(entropy()?).map_err(|error| Error::Entropy(error.to_string()))
    }

    /// The State and head as of the last durable batch.
    pub fn published(&self) -> Arc<Published> {
        self.published.read()
    }

    /// Whether the kernel has stopped or halted: nothing will be recorded any more.
    pub fn has_ended(&self) -> bool {
        self.published.has_ended()
    }

    /// The State once it has a record after `seq`, or as it is when `timeout` is over or the kernel
    /// has stopped.
    pub fn published_past(&self, seq: Seq, timeout: Duration) -> Arc<Published> {
        self.published.wait_past(seq, timeout)
    }

    /// The last durable record, for tasks that wait for the next one: it changes after every batch,
    /// when the State of that batch [is published](Handle::published), and ends with the kernel.
    pub fn news(&self) -> watch::Receiver<Seq> {
        self.published.news()
    }

    /// Random access to the durable records.
    pub fn reader(&self) -> &Reader<P::Storage> {
        &self.reader
    }

    /// The files of ids: those of all but the latest records.
    pub fn ids(&self) -> &ids::Reader<P::Storage> {
        &self.ids
    }

    /// The postings, by which records are found.
    pub fn finder(&self) -> &Finder {
        &self.finder
    }
}

fn entropy() -> Result<[u8; 16], Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| Error::Entropy(error.to_string()))?;
    Ok(bytes)
}

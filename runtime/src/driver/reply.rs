//! Where the answer to a command goes.

use crate::kernel::{Answer, Refused};
use crossbeam_channel::Sender;
use tokio::sync::{mpsc, oneshot};

/// A place for one answer. The committing thread never waits for whoever holds the other end, and a
/// caller that has gone away changes nothing.
pub(crate) enum Reply {
    /// For a thread that waits.
    Channel(Sender<Answer>),
    /// For a task that waits.
    Task(oneshot::Sender<Answer>),
    /// For a task that waits for many answers at once.
    Queue(Ticket),
}

impl Reply {
    /// Answers; nobody may be there any more.
    pub(crate) fn send(self, answer: Answer) {
        match self {
            Reply::Channel(reply) => drop(reply.send(answer)),
            Reply::Task(reply) => drop(reply.send(answer)),
            Reply::Queue(ticket) => ticket.send(answer),
        }
    }
}

/// An answer with the number that its command was given.
pub(crate) type Numbered = (u64, Answer);

/// A place in a queue of answers. One that goes away unanswered says that the outcome is unknown, so
/// that exactly one answer comes for each.
pub(crate) struct Ticket {
    number: u64,
    queue: Option<mpsc::UnboundedSender<Numbered>>,
}

impl Ticket {
    /// A place in `queue`, which whoever hands out the tickets has to bound.
    pub(crate) fn new(number: u64, queue: mpsc::UnboundedSender<Numbered>) -> Ticket {
        Ticket { number, queue: Some(queue) }
    }

    /// Takes the place back: no answer will come.
    pub(crate) fn revoke(mut self) {
        self.queue = None;
    }

    fn send(mut self, answer: Answer) {
        if let Some(queue) = self.queue.take() {
            let _ = queue.send((self.number, answer));
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if let Some(queue) = self.queue.take() {
            let _ = queue.send((self.number, Err(Refused::OutcomeUnknown)));
        }
    }
}

//! What one client has asked for and was not answered yet.

use super::fault::{Fault, Trouble};
use super::json::{Receipt, Told};
use super::limits::{IN_FLIGHT_MAX, STRANGER_IN_FLIGHT_MAX};
use super::outbox::Outbox;
use super::session::{Session, Why};
use super::shared::Shared;
use super::slots::Slot;
use super::wire;
use crate::driver::Numbered;
use crate::kernel::{Answer, Published, Refused};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::{AbortHandle, JoinSet};

/// Lines of tasks that may wait for the connection.
const MADE_MAX: usize = 16;

/// One client's requests and answers.
pub(super) struct Desk {
    pub(super) shared: Arc<Shared>,
    pub(super) session: Session,
    pub(super) slot: Slot,
    pub(super) outbox: Outbox,
    /// Commands that the kernel has, by their number.
    pub(super) commands: BTreeMap<u64, Waiting>,
    pub(super) next_number: u64,
    /// From the committing thread, which never waits: at most one answer for each of `commands`.
    pub(super) answers: (UnboundedSender<Numbered>, UnboundedReceiver<Numbered>),
    /// From the tasks of this client, which wait while it does not read.
    pub(super) made: (mpsc::Sender<Made>, mpsc::Receiver<Made>),
    /// Queries that a task answers.
    pub(super) queries: usize,
    pub(super) tasks: JoinSet<()>,
    /// Those of them that wait for something to happen: messages, and streams by their number.
    pub(super) receives: Vec<AbortHandle>,
    pub(super) streams: BTreeMap<u64, AbortHandle>,
    pub(super) next_stream: u64,
    /// Memory for the request that comes next.
    room: Option<OwnedSemaphorePermit>,
}

/// A command that the kernel has.
pub(super) struct Waiting {
    pub(super) id: Box<str>,
    pub(super) told: Told,
    pub(super) is_unrecognised: bool,
    /// Not what the client asked for: what it showed was recorded, and this is why it does not count.
    pub(super) trace_of: Option<Why>,
    /// The memory that it takes, until it is answered.
    pub(super) _room: Option<OwnedSemaphorePermit>,
}

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Handled {
    /// It was answered, or will be.
    Done,
    /// The kernel's queue is full: the same line has to come again.
    QueueFull,
    /// It needs so many pieces of memory: the same line has to come again.
    NeedsRoom(usize),
}

/// A line that a task made.
pub(super) enum Made {
    /// The answer to a query.
    Answer(Vec<u8>),
    /// Something of a stream.
    Notice(Vec<u8>),
    /// The last of a stream.
    End(u64, Vec<u8>),
}

impl Desk {
    pub(super) fn new(shared: Arc<Shared>, session: Session, slot: Slot) -> Desk {
        Desk {
            shared,
            session,
            slot,
            outbox: Outbox::default(),
            commands: BTreeMap::new(),
            next_number: 0,
            answers: mpsc::unbounded_channel(),
            made: mpsc::channel(MADE_MAX),
            queries: 0,
            tasks: JoinSet::new(),
            receives: Vec::new(),
            streams: BTreeMap::new(),
            next_stream: 1,
            room: None,
        }
    }

    pub(super) fn published(&self) -> Arc<Published> {
        self.shared.handle.published()
    }

    /// Whether another request may be dealt with now.
    pub(super) fn takes_requests(&self) -> bool {
        let most = if self.session.is_known() { IN_FLIGHT_MAX } else { STRANGER_IN_FLIGHT_MAX };
        self.commands.len() + self.queries < most && !self.outbox.is_paused()
    }

    /// Whether nothing is left to answer; streams do not count.
    pub(super) fn is_idle(&self) -> bool {
        self.commands.is_empty() && self.queries == 0
    }

    /// Takes every answer that has come.
    pub(super) fn collect(&mut self) {
        while let Ok(numbered) = self.answers.1.try_recv() {
            self.settle(numbered);
        }
        while !self.outbox.is_paused()
            && let Ok(made) = self.made.1.try_recv()
        {
            self.take(made);
        }
    }

    /// Takes an answer that was waited for.
    pub(super) fn settle_first(&mut self, first: Option<Numbered>) {
        first.into_iter().for_each(|numbered| self.settle(numbered));
    }

    /// Takes a line that was waited for.
    pub(super) fn take_first(&mut self, first: Option<Made>) {
        first.into_iter().for_each(|made| self.take(made));
    }

    fn settle(&mut self, (number, answer): Numbered) {
        let Some(waiting) = self.commands.remove(&number) else { return };
        let out = &mut self.outbox.bytes;
        if let Some(why) = waiting.trace_of {
            return wire::error(out, Some(&waiting.id), &unknown(&why));
        }
        match result(&waiting, &answer) {
            Ok(receipt) => wire::answer(out, &waiting.id, &receipt),
            Err(fault) => wire::error(out, Some(&waiting.id), &fault),
        }
    }

    fn take(&mut self, made: Made) {
        let line = match made {
            Made::Answer(line) => {
                self.queries = self.queries.saturating_sub(1);
                line
            }
            Made::Notice(line) => line,
            Made::End(stream, line) => {
                self.streams.remove(&stream);
                line
            }
        };
        self.outbox.bytes.extend_from_slice(&line);
        while self.tasks.try_join_next().is_some() {}
    }

    /// Tells the client something about the connection.
    pub(super) fn tell(&mut self, fault: &Fault) {
        wire::error(&mut self.outbox.bytes, None, fault);
    }

    /// Answers the request `id` with an error.
    pub(super) fn refuse(&mut self, id: &str, fault: &Fault) {
        wire::error(&mut self.outbox.bytes, Some(id), fault);
    }

    /// Ends what only waits for something to happen.
    pub(super) fn end_waits(&mut self) {
        for receive in self.receives.drain(..) {
            if !receive.is_finished() {
                receive.abort();
                self.queries = self.queries.saturating_sub(1);
            }
        }
        for stream in std::mem::take(&mut self.streams).into_values() {
            stream.abort();
        }
    }

    /// The memory that this client's requests come from.
    pub(super) fn bytes(&self) -> Arc<Semaphore> {
        self.shared.bytes(self.session.is_known()).clone()
    }

    pub(super) fn has_room(&self) -> bool {
        self.room.is_some()
    }

    pub(super) fn give_room(&mut self, room: Option<OwnedSemaphorePermit>) {
        self.room = room;
    }

    pub(super) fn take_room(&mut self) -> Option<OwnedSemaphorePermit> {
        self.room.take()
    }
}

/// What the client is told of a command.
fn result(waiting: &Waiting, answer: &Answer) -> Result<Receipt, Fault> {
    let Waiting { told, is_unrecognised, .. } = waiting;
    match answer {
        Ok(receipt) => {
            let printed = Receipt::recorded(*told, receipt);
            if receipt.took_effect() {
                return Ok(printed);
            }
            Err(Fault::ruled(&receipt.ruling, printed, *is_unrecognised))
        }
        Err(Refused::Suppressed(ruling)) => {
            Err(Fault::ruled(ruling, Receipt::unrecorded(*told, ruling), *is_unrecognised))
        }
        Err(refused) => Err(Fault::refused(refused)),
    }
}

/// A query of somebody unknown.
pub(super) fn unknown(why: &impl ToString) -> Fault {
    Fault::new(Trouble::Unauthenticated, why.to_string())
}

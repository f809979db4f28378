//! The writing half: hash, frame, write, sync, publish, answer.

use crate::Error;
use crate::index::{self, Opened, Place, Progress, held_by};
use crate::kernel::batch::Waiting;
use crate::kernel::core;
use crate::kernel::likeness::Likeness;
use crate::kernel::published::Board;
use crate::kernel::{Answer, Batch, Head, Published, Receipt, Refused, Request, Room, Ruling};
use crate::platform::Platform;
use std::sync::Arc;
use weft_commands::encode_request;
use weft_ledger::{Checkpointer, Log, Reader, Sealed, Signer};
use weft_projections::{Digest, Seq, State, Time};

/// Owns the log. It never sees a command.
pub(crate) struct Back<P: Platform> {
    log: Log<P::Storage>,
    published: Arc<Board>,
    sealed: Vec<Sealed>,
    /// Set while a batch is being written, and left so by a failure: State that nobody may see ran
    /// ahead of the disk, and nothing is answered from it any more.
    halted: bool,
}

impl<P: Platform> Back<P> {
    pub(crate) fn new(log: Log<P::Storage>, published: Published) -> Back<P> {
        Back { log, published: Arc::new(Board::new(published)), sealed: Vec::new(), halted: false }
    }

    pub(crate) fn published(&self) -> &Arc<Board> {
        &self.published
    }

    /// Who signs checkpoints of the log; `None` if there is one already.
    ///
    /// # Errors
    /// [`Error::Ledger`] when the disk fails.
    pub(crate) fn checkpointer(
        &mut self,
        signer: Signer,
    ) -> Result<Option<Checkpointer<P::Storage>>, Error> {
        Ok(self.log.checkpointer(signer)?)
    }

    pub(crate) fn log_id(&self) -> Digest {
        Digest(self.log.log_id().0)
    }

    /// Opens the ids of the log's records.
    ///
    /// # Errors
    /// As [`index::open`].
    pub(crate) fn index(
        &self,
        place: Place<P::Storage>,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Opened<P::Storage>, Error> {
        index::open(place, &self.log, self.published.clone(), progress)
    }

    pub(crate) fn reader(&self) -> Reader<P::Storage> {
        self.log.reader()
    }

    /// Makes `batch` durable, publishes its State, and reserves space for the next one.
    ///
    /// # Errors
    /// [`Error::Ledger`] when a write or sync failed: nobody in it may be answered, and the log is
    /// halted. [`Error::Halted`] after that.
    pub(crate) fn write<T>(&mut self, batch: &mut Batch<T>) -> Result<Room, Error> {
        if std::mem::replace(&mut self.halted, true) {
            return Err(Error::Halted);
        }
        self.sealed.clear();
        if !batch.records.is_empty() {
            self.log.commit(&batch.records, &mut self.sealed)?;
        }
        if !batch.redactions.is_empty() {
            // Nobody is told that a payload is gone before it is.
            self.log.erase(&batch.redactions)?;
        }
        if let Some(state) = batch.state.take() {
            self.publish(state);
        }
        let room = self.make_room()?;
        self.halted = false;
        Ok(room)
    }

    /// Answers everybody in the batch that was written last.
    ///
    /// # Errors
    /// [`Error::Ledger`] when a record that a repetition is compared with turns out to be damaged.
    pub(crate) fn answer_all<T>(
        &mut self,
        batch: Batch<T>,
        mut answer: impl FnMut(T, Answer),
    ) -> Result<(), Error> {
        for (ticket, waiting) in batch.waiting {
            let found = self.answer(waiting).inspect_err(|_| self.halted = true)?;
            answer(ticket, found);
        }
        Ok(())
    }

    /// Cuts what was reserved and not used, and ends the log cleanly.
    pub(crate) fn close(self) -> Result<(), Error> {
        Ok(self.log.close()?)
    }

    /// Reserves disk space for the next batch.
    pub(crate) fn make_room(&mut self) -> Result<Room, Error> {
        match self.log.reserve() {
            Ok(_) => Ok(Room::Reserved),
            Err(weft_ledger::Error::NoSpace { .. }) => Ok(Room::Short),
            Err(error) => Err(error.into()),
        }
    }

    fn publish(&mut self, state: State) {
        if let Some(last) = self.sealed.last() {
            let head =
                Head { seq: Seq(last.seq), link: Digest(last.link.0), time: Time(last.time) };
            self.published.publish(Published { state, head });
        }
    }

    fn answer(&self, waiting: Waiting) -> Result<Answer, Error> {
        match waiting {
            Waiting::Record { index, ruling } => Ok(self.receipt(index, ruling)),
            Waiting::Duplicate { seq, asked } => self.compare(seq, &asked),
            Waiting::Answer(answer) => Ok(answer),
        }
    }

    fn receipt(&self, index: usize, ruling: Ruling) -> Answer {
        let sealed = self.sealed.get(index).ok_or(Refused::OutcomeUnknown)?;
        Ok(Receipt {
            seq: Seq(sealed.seq),
            link: Digest(sealed.link.0),
            time: Time(sealed.time),
            ruling,
            duplicate: false,
            payload_erased: false,
        })
    }

    /// The receipt of record `seq` if it holds the same request, a conflict otherwise.
    fn compare(&self, seq: Seq, asked: &Request) -> Result<Answer, Error> {
        let entry = match self.log.reader().read(seq.0) {
            Ok(Some(entry)) => entry,
            // A file that cannot be read now says nothing about the record, and nothing is lost.
            Ok(None) | Err(weft_ledger::Error::Io { .. }) => {
                return Ok(Err(Refused::OutcomeUnknown));
            }
            Err(damaged) => return Err(damaged.into()),
        };
        // Whoever found the record could not read it then.
        if !held_by(&entry.header, asked.submission.actor, asked.submission.command_id) {
            return Ok(Err(Refused::OutcomeUnknown));
        }
        let parts = core::split(&entry)?;
        let same = entry.header.kind == asked.submission.command.kind().0
            && encode_request(&asked.submission).is_ok_and(|request| request == parts.request);
        if !same {
            return Ok(Err(Refused::Conflict(seq)));
        }
        let (payload, names) = (core::payload_view(&entry), entry.blobs());
        let blobs = self.log.reader().blobs();
        let likeness = match asked.content().likeness(&payload, names.first(), &blobs) {
            Ok(Likeness::Other) => return Ok(Err(Refused::Conflict(seq))),
            Ok(likeness) => likeness,
            Err(weft_ledger::Error::Io { .. }) => return Ok(Err(Refused::OutcomeUnknown)),
            Err(damaged) => {
                let reason = damaged.to_string();
                return Ok(Err(Refused::Damaged { seq, reason }));
            }
        };
        Ok(Ok(Receipt {
            seq,
            link: Digest(entry.link.0),
            time: Time(entry.header.time),
            ruling: core::ruling(&entry)?,
            duplicate: true,
            payload_erased: likeness == Likeness::Gone,
        }))
    }
}

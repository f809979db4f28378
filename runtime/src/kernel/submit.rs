//! Both halves in one thread.

use crate::index::IndexOpening;
use crate::keeper::Keeper;
use crate::kernel::published::Board;
use crate::kernel::{Answer, Back, Batch, Front, Published, Receipt, Request, Room, Ruling};
use crate::log_key::HandOver;
use crate::platform::Platform;
use crate::snapshot::{self, Taker};
use crate::{Error, Reader};
use std::sync::Arc;
use weft_commands::{Command, CommandId};
use weft_ledger::Signer;
use weft_ledger::blob::{Collected, Removal};
use weft_projections::{Actor, Event, Seq, State};

/// A kernel whose caller drives both halves.
///
/// `T` is the caller's ticket: it comes back with the answer. A kernel that only ever runs one
/// command at a time ([`Kernel::execute`]) has no use for tickets and takes `()`.
pub struct Kernel<P: Platform, T> {
    pub(super) front: Front<P, T>,
    pub(super) back: Back<P>,
    pub(crate) keeper: Keeper<P::Storage>,
    pub(super) taker: Option<Taker<P::Storage>>,
    pub(super) index: IndexOpening,
}

/// A kernel whose parts go to threads of their own.
pub(crate) struct Divided<P: Platform, T> {
    pub(crate) front: Front<P, T>,
    pub(crate) back: Back<P>,
    pub(crate) keeper: Keeper<P::Storage>,
    pub(crate) taker: Option<Taker<P::Storage>>,
}

impl<P: Platform, T> Kernel<P, T> {
    /// Rules on `request` and puts its record, or its answer, into the open batch. Nothing is
    /// answered before the batch is [taken](Kernel::take_batch) and [committed](Kernel::commit).
    /// The caller takes a batch that [is full](Kernel::batch_is_full) before it goes on.
    pub fn submit(&mut self, request: Request, ticket: T) {
        self.front.submit(request, ticket);
    }

    /// Whether the open batch has to be taken before another request is submitted.
    pub fn batch_is_full(&self) -> bool {
        self.front.batch_is_full()
    }

    /// Closes the open batch; `None` when it is empty.
    pub fn take_batch(&mut self) -> Option<Batch<T>> {
        self.front.take_batch()
    }

    /// Makes `batch` durable, then answers its tickets. Batches must be committed in the order in
    /// which they were taken.
    ///
    /// # Errors
    /// [`Error::Ledger`] when a write or sync failed: nobody is answered, the outcome of the batch
    /// is unknown, and the kernel takes no further batch.
    pub fn commit(&mut self, batch: Batch<T>) -> Result<Vec<(T, Answer)>, Error> {
        let mut answers = Vec::with_capacity(batch.waiting.len());
        self.write(batch, |ticket, answer| answers.push((ticket, answer)))?;
        Ok(answers)
    }

    /// Whether anything was submitted since the last batch was taken.
    pub fn has_open_batch(&self) -> bool {
        self.front.has_open_batch()
    }

    /// What gate and decide would say of `request` now. Nothing is recorded.
    ///
    /// # Errors
    /// [`Error::Ledger`] when a record that is to be redacted cannot be read.
    pub fn dry_run(&mut self, request: &Request) -> Result<(Ruling, Vec<Event>), Error> {
        self.front.dry_run(request)
    }

    /// State as of the last submitted command, which may not be durable yet.
    pub fn state(&self) -> &State {
        self.front.state()
    }

    /// State and head as of the last durable batch.
    pub fn published(&self) -> Arc<Published> {
        self.back.published().read()
    }

    /// What opening the ids of earlier records found.
    pub fn index_opening(&self) -> &IndexOpening {
        &self.index
    }

    /// Random access to the durable records.
    pub fn reader(&self) -> Reader<P::Storage> {
        self.back.reader()
    }

    /// `request` with content, under a fresh salt.
    ///
    /// # Errors
    /// As [`Request::with_content`].
    pub fn with_content(
        &mut self,
        request: Request,
        bytes: impl Into<Arc<[u8]>>,
    ) -> Result<Request, Error> {
        request.with_content(bytes, self.front.salt())
    }

    /// Removes every blob that no record names, and what storing one left when it was cut short. The open batch
    /// has to be empty.
    ///
    /// # Errors
    /// [`Error::Ledger`] for damage, for a file among the blobs that is none, or when the disk fails.
    pub fn collect_blobs(&mut self) -> Result<Collected, Error> {
        Ok(weft_ledger::collect_blobs(&self.reader(), Removal::Remove)?)
    }

    /// The counters of refusals that are still waiting are recorded, and the log is closed.
    ///
    /// # Errors
    /// [`Error::Ledger`] when the disk fails.
    pub fn close(mut self) -> Result<(), Error> {
        loop {
            self.front.flush_all_suppressed();
            let Some(batch) = self.front.take_batch() else { break };
            self.write(batch, |_, _| ())?;
        }
        // Whoever signs is done before somebody else may write, and the log is closed in any case.
        let signed = self.keeper.signed();
        let kept = self.keeper.finish();
        if let (Some(taker), Ok(())) = (&mut self.taker, &kept) {
            snapshot::at_close(taker, &self.back.published().read(), &signed);
        }
        self.back.close()?;
        kept
    }

    /// Has checkpoints signed from now on, under the name of `origin`, with the key of a 32-byte seed
    /// (RFC 8032): by [`Kernel::close`], and while a [`crate::Driver`] runs the kernel. The same key hands over to
    /// another one when a `log.rotate_key` takes effect.
    ///
    /// # Errors
    /// [`Error::Ledger`] when the disk fails.
    pub fn sign_checkpoints(&mut self, origin: &str, seed: &[u8; 32]) -> Result<(), Error> {
        let signers = Signer::new(origin, seed).zip(Signer::new(origin, seed));
        let Some((signer, old)) = signers else { return Ok(()) };
        let storage = self.front.storage();
        if let Some(checkpointer) = self.back.checkpointer(signer)? {
            self.keeper.sign_with(checkpointer, storage.clone());
        }
        self.front.set_hand_over(HandOver::new(storage, origin, self.back.log_id(), old));
        Ok(())
    }

    /// Has snapshots taken from now on as `policy` says, where checkpoints are signed that bind them: by
    /// [`Kernel::close`], and while a [`crate::Driver`] runs the kernel. `newest` is the record of the
    /// newest snapshot there is ([`Opening::snapshot`](crate::Opening)).
    pub fn take_snapshots(&mut self, policy: snapshot::Policy, newest: Option<Seq>) {
        let (storage, reader) = (self.front.storage(), self.back.reader());
        self.taker = Some(Taker::new(storage, reader, policy, newest));
    }

    /// Whether snapshots may be taken; `None` if none are.
    pub fn snapshot_permission(&self) -> Option<snapshot::Permission> {
        self.taker.as_ref().map(Taker::permission)
    }

    /// Does once what a [`crate::Driver`] has done aside: signs a checkpoint of what is durable, brings
    /// the indexes up to it, and takes a snapshot if one is due, which the open batch then claims. What
    /// fails is said by
    /// [`Kernel::close`].
    pub fn tend(&mut self) {
        self.keeper.round();
        if let Some(taker) = &mut self.taker {
            let published = self.back.published().read();
            if let Some(claim) = snapshot::if_due(taker, &published, &self.keeper.signed()) {
                self.front.claim(claim);
            }
        }
    }

    fn write(&mut self, mut batch: Batch<T>, answer: impl FnMut(T, Answer)) -> Result<(), Error> {
        let room = self.back.write(&mut batch)?;
        self.front.set_room(room);
        if self.front.ids_need_work() {
            self.keeper.index();
        }
        self.back.answer_all(batch, answer)
    }

    pub(crate) fn board(&self) -> Arc<Board> {
        self.back.published().clone()
    }

    /// The two halves, for tickets of another kind; what was still open is committed first.
    pub(crate) fn into_parts<U>(mut self) -> Result<Divided<P, U>, Error> {
        if let Some(batch) = self.front.take_batch() {
            self.write(batch, |_, _| ())?;
        }
        let Kernel { front, back, keeper, taker, index: _ } = self;
        Ok(Divided { front: front.with_tickets(), back, keeper, taker })
    }
}

impl<P: Platform> Kernel<P, ()> {
    /// Runs one command to its durable answer.
    ///
    /// # Errors
    /// [`Error::Ledger`] when a write or sync failed: the outcome is unknown, and the same id may
    /// be asked again once the node has been opened anew.
    pub fn execute(&mut self, request: Request) -> Result<Answer, Error> {
        if self.front.room() == Room::Short {
            let room = self.back.make_room()?;
            self.front.set_room(room);
        }
        self.submit(request, ());
        let batch = self.take_batch().ok_or(Error::Halted)?;
        let answers = self.commit(batch)?;
        answers.into_iter().next().map(|((), answer)| answer).ok_or(Error::Halted)
    }

    /// Runs a command of the kernel itself, under a fresh id.
    ///
    /// # Errors
    /// [`Error::Refused`] when it is not recorded, [`Error::Ledger`] as [`Kernel::execute`].
    pub fn execute_as_kernel(
        &mut self,
        command: Command,
        cause: Option<Seq>,
    ) -> Result<Receipt, Error> {
        let mut request = Request::new(Actor::Kernel, self.fresh_id()?, command);
        request.submission.cause = cause;
        Ok(self.execute(request)??)
    }

    /// An id nobody has used.
    ///
    /// # Errors
    /// [`Error::Entropy`] when the generator gives sixteen zeros, which does not happen.
    pub fn fresh_id(&mut self) -> Result<CommandId, Error> {
        CommandId::new(self.front.salt()).map_err(|error| Error::Entropy(error.to_string()))
    }
}

//! The deciding half: receipts, gate, decide, evolve, and the open batch.

use crate::Error;
use crate::index::{Known, KnownIds};
use crate::kernel::batch::Batch;
use crate::kernel::core::{self, Bound};
use crate::kernel::hybrid_clock::{CLOCK_DRIFT_MS_MAX, HybridClock};
use crate::kernel::request::LargeContent;
use crate::kernel::suppressed::{Count, Suppressed};
use crate::kernel::told::Told;
use crate::kernel::{Refused, Request, Ruling, recordable};
use crate::log_key::HandOver;
use crate::platform::{Platform, Salts};
use crate::snapshot::Claim;
use std::io::ErrorKind;
use weft_commands::requests::{governance, kernel};
use weft_commands::{Command, CommandId, Context, PayloadInfo, Submission, encode_request, rule};
use weft_ledger::ids;
use weft_ledger::limits::Limits;
use weft_ledger::storage::Storage;
use weft_ledger::{Blobs, Pending, Reader};
use weft_projections::limits::REFUSALS_PER_MINUTE_MAX;
use weft_projections::{Actor, Digest, Event, Payload, Record, STATE_VERSION, Seq, State, evolve};

/// Whether the disk has room for another batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// A full batch is reserved.
    Reserved,
    /// It is not: commands are refused until it is.
    Short,
}

/// Owns State and the log's next position. It never touches the disk, but to find out what a redaction or a change of
/// keys depends on, and to store a blob before a record names it.
pub(crate) struct Front<P: Platform, T> {
    platform: P,
    salts: Salts,
    state: State,
    next: Seq,
    clock: HybridClock,
    ids: KnownIds<P::Storage>,
    suppressed: Suppressed,
    told: Told<P::Storage>,
    room: Room,
    limits: Limits,
    batch: Batch<T>,
}

/// What the records so far amount to.
pub(crate) struct Past<S: Storage> {
    pub(crate) state: State,
    pub(crate) next: Seq,
    pub(crate) ids: KnownIds<S>,
    pub(crate) records: Reader<S>,
}

impl<P: Platform, T> Front<P, T> {
    /// A half that goes on at `next`, after the last record folded into the State of `past`.
    pub(crate) fn new(
        platform: P,
        salts: Salts,
        clock: HybridClock,
        past: Past<P::Storage>,
        limits: Limits,
    ) -> Self {
        let Past { state, next, ids, records } = past;
        let told = Told::new(records);
        let (suppressed, room, batch) = (Suppressed::default(), Room::Reserved, Batch::default());
        Front { platform, salts, state, next, clock, ids, suppressed, told, room, limits, batch }
    }

    /// The same half, whose open batch is empty, for tickets of another kind.
    pub(crate) fn with_tickets<U>(self) -> Front<P, U> {
        let Front {
            platform,
            salts,
            state,
            next,
            clock,
            ids,
            suppressed,
            told,
            room,
            limits,
            batch: _,
        } = self;
        Front {
            platform,
            salts,
            state,
            next,
            clock,
            ids,
            suppressed,
            told,
            room,
            limits,
            batch: Batch::default(),
        }
    }

    /// State as of the last decided command, durable or not.
    pub(crate) fn state(&self) -> &State {
        &self.state
    }

    /// The files of ids.
    pub(crate) fn ids(&self) -> &ids::Reader<P::Storage> {
        self.ids.files()
    }

    /// Where the node's files lie.
    pub(crate) fn storage(&self) -> P::Storage {
        self.platform.storage()
    }

    pub(crate) fn salt(&mut self) -> [u8; 16] {
        self.salts.draw()
    }

    pub(crate) fn room(&self) -> Room {
        self.room
    }

    pub(crate) fn set_room(&mut self, room: Room) {
        self.room = room;
    }

    /// Whether another command has to wait until the files know more ids, which somebody is about to
    /// tell them. Where nobody is, commands are refused instead.
    pub(crate) fn waits_for_ids(&mut self) -> bool {
        if self.ids.are_full() {
            self.ids.forget();
        }
        self.ids.are_full() && !self.ids.are_stuck()
    }

    /// Whether the files should be told of more ids, or be made again.
    pub(crate) fn ids_need_work(&self) -> bool {
        self.ids.need_work()
    }

    pub(crate) fn has_open_batch(&self) -> bool {
        !self.batch.is_empty()
    }

    pub(crate) fn batch_is_full(&self) -> bool {
        self.batch.is_full(&self.limits)
    }

    /// Closes the open batch, if anything is in it.
    pub(crate) fn take_batch(&mut self) -> Option<Batch<T>> {
        if self.batch.is_empty() {
            return None;
        }
        self.ids.forget();
        if !self.batch.records.is_empty() {
            self.state.seal();
            self.batch.state = Some(self.state.clone());
        }
        // The next one is likely to be as large.
        let next = Batch::like(&self.batch);
        Some(std::mem::replace(&mut self.batch, next))
    }

    /// Rules on `request` and puts its record, or its answer, into the open batch.
    pub(crate) fn submit(&mut self, request: Request, ticket: T) {
        self.flush_suppressed();
        let Submission { actor, command_id, .. } = request.submission;
        match self.ids.find(actor, command_id) {
            Known::Held(seq) => return self.batch.push_duplicate(seq, request, ticket),
            Known::Unknown => return self.batch.push_answer(Err(Refused::IdsUnknown), ticket),
            Known::Fresh => {}
        }
        match self.admit(&request.submission) {
            Ok(encoded) => self.decide(request, &encoded, ticket),
            Err(refused) => self.batch.push_answer(Err(refused), ticket),
        }
    }

    /// What gate and decide would say of `request` now; nothing is recorded.
    ///
    /// # Errors
    /// [`Error::Ledger`](crate::Error::Ledger) when a record that is to be redacted cannot be read.
    pub(crate) fn dry_run(&mut self, request: &Request) -> Result<(Ruling, Vec<Event>), Error> {
        let ctx = self.context();
        let ctx = self.told.rehearse(ctx, &request.submission)?;
        let ruled = rule(&self.state, &ctx, &request.submission);
        Ok(Ruling::split(ruled))
    }

    /// From now on the log's key can be changed.
    pub(crate) fn set_hand_over(&mut self, hand_over: HandOver<P::Storage>) {
        self.told.set_hand_over(hand_over);
    }

    /// Whether refusals are counted that no record tells of yet.
    pub(crate) fn has_suppressed(&self) -> bool {
        !self.suppressed.is_empty() && self.room == Room::Reserved
    }

    /// Records the refusals counted so far, those of the running minute included, as far as the
    /// open batch has room.
    pub(crate) fn flush_all_suppressed(&mut self) {
        self.flush_suppressed_before(u64::MAX);
    }

    /// Writes one counted record for each minute of refusals that went unrecorded and is over.
    fn flush_suppressed(&mut self) {
        if self.has_suppressed() {
            let minute = self.clock.next(&mut self.platform).unix_minute();
            self.flush_suppressed_before(minute);
        }
    }

    /// What finds no room in the open batch stays for the next one.
    fn flush_suppressed_before(&mut self, minute: u64) {
        while self.has_suppressed() && self.batch.has_room_for_suppressed(&self.limits) {
            let Some(count) = self.suppressed.take_before(minute) else { return };
            self.record_suppressed(count);
        }
    }

    fn context(&mut self) -> Context {
        Context::at(self.next, self.clock.next(&mut self.platform))
    }

    /// What has to hold before a request may reach the gate; the encoded request if it does.
    fn admit(&mut self, submission: &Submission) -> Result<Vec<u8>, Refused> {
        if self.room == Room::Short {
            return Err(Refused::NoSpace);
        }
        if self.ids.are_full() {
            return Err(Refused::IdsUnknown);
        }
        let drift_ms = self.clock.drift_ms(&mut self.platform);
        if drift_ms > CLOCK_DRIFT_MS_MAX {
            return Err(Refused::ClockDrift { drift_ms, max_ms: CLOCK_DRIFT_MS_MAX });
        }
        recordable(submission, self.next)
    }

    fn decide(&mut self, request: Request, encoded: &[u8], ticket: T) {
        let ctx = self.context();
        let ctx = match self.told.tell(ctx, &self.state, &request.submission) {
            Ok(ctx) => ctx,
            Err(refused) => return self.batch.push_answer(Err(refused), ticket),
        };
        let ruled = rule(&self.state, &ctx, &request.submission);
        let refused = ruled.rejection.is_some() || !ruled.decision.verdict.lets_through();
        if refused && self.over_budget(request.submission.actor, &ctx) {
            let (ruling, _) = Ruling::split(ruled);
            let refused = Refused::Suppressed(Box::new(ruling));
            return self.batch.push_answer(Err(refused), ticket);
        }
        // Durable before a record names it, and only for a command that takes effect.
        let blob = match request.blob.as_ref().filter(|_| !refused).map(|blob| self.store(blob)) {
            None => None,
            Some(Ok(name)) => Some(name),
            Some(Err(refused)) => return self.batch.push_answer(Err(refused), ticket),
        };
        let (pending, ruling) = self.record(&ctx, request, encoded, ruled, blob);
        self.batch.push(pending, ticket, ruling);
    }

    /// Stores a blob durably; its name.
    fn store(&self, blob: &LargeContent) -> Result<Digest, Refused> {
        let stored = Blobs::new(self.platform.storage()).store(&blob.salt, &mut &*blob.bytes);
        match stored {
            Ok(stored) => Ok(Digest(stored.name.0.0)),
            Err(weft_ledger::Error::Io { source, .. })
                if [ErrorKind::StorageFull, ErrorKind::QuotaExceeded].contains(&source.kind()) =>
            {
                Err(Refused::NoSpace)
            }
            Err(error) => Err(Refused::Unstored { reason: error.to_string() }),
        }
    }

    /// Whether `actor`'s spawn tree has used up this minute's recorded refusals; if so, this one is
    /// counted instead.
    fn over_budget(&mut self, actor: Actor, ctx: &Context) -> bool {
        let tree = self.state.process_table.root_of(actor);
        let refused = self.state.governance.refusals_in_minute(tree, ctx.time);
        let over = refused >= REFUSALS_PER_MINUTE_MAX;
        if over {
            self.suppressed.count(tree, ctx.time.unix_minute());
        }
        over
    }

    /// Folds the record into State and makes what the other half will write.
    fn record(
        &mut self,
        ctx: &Context,
        request: Request,
        encoded: &[u8],
        ruled: weft_commands::Ruling,
        blob: Option<Digest>,
    ) -> (Pending, Ruling) {
        let Request { submission, payload, blob: _ } = request;
        let seq = ctx.seq;
        let blob_len = submission.blob_len.unwrap_or_default();
        let (bound, content) = match (submission.payload, blob) {
            (Some(PayloadInfo { commit, len }), _) => {
                (Bound::Payload(commit), Some(Payload { seq, commit, len }))
            }
            (None, Some(name)) => {
                (Bound::Blob(name), Some(Payload { seq, commit: name, len: blob_len }))
            }
            (None, None) => (Bound::Nothing, None),
        };
        let core = core::encode(encoded, &ruled, bound);
        let version = core::version(&submission);
        let Submission { actor, command_id, cause, .. } = submission;
        let (ruling, events) = Ruling::split(ruled);
        let record = Record {
            seq: ctx.seq,
            time: ctx.time,
            kind: submission.command.kind(),
            actor,
            cause,
            verdict: ruling.decision.verdict,
            rejected: ruling.refusal.is_some(),
            payload: content,
            constitution: None,
            events,
        };
        evolve(&mut self.state, &record);
        if let [Event::LogRedacted(_)] = *record.events {
            self.batch.redactions.push(record.seq.0);
        }
        if record.events.iter().any(|event| matches!(event, Event::LogKeyRotated(_))) {
            self.told.handed_over();
        }
        self.ids.note(actor, command_id, ctx.seq);
        self.clock.used(ctx.time);
        self.next = ctx.seq.next();
        let part = payload.map(|payload| payload.part);
        (core::pending(&record, version, command_id, self.salts.draw(), core, part), ruling)
    }

    /// Records what a snapshot says of State, if there is room for it now: it is no less true without.
    pub(crate) fn claim(&mut self, claim: Claim) {
        let Claim { seq, root } = claim;
        if self.room == Room::Reserved && self.batch.has_room_for_suppressed(&self.limits) {
            let state_version = STATE_VERSION;
            self.record_own(Command::Snapshot(kernel::Snapshot { seq, state_version, root }));
        }
    }

    fn record_suppressed(&mut self, count: Count) {
        let Count { tree, minute, count } = count;
        self.record_own(Command::Suppressed(governance::Suppressed { tree, minute, count }));
    }

    /// Records a command of the kernel itself, whose answer nobody waits for.
    fn record_own(&mut self, command: Command) {
        let Ok(id) = CommandId::new(self.salts.draw()) else { return };
        let request = Request::new(Actor::Kernel, id, command);
        let Ok(encoded) = encode_request(&request.submission) else { return };
        let ctx = self.context();
        let ruled = rule(&self.state, &ctx, &request.submission);
        let (pending, _) = self.record(&ctx, request, &encoded, ruled, None);
        self.batch.push_unattended(pending);
    }
}

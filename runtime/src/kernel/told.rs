//! What a few commands depend on beside State: found out before gate and decide, which look at nothing themselves.

use crate::Error;
use crate::kernel::Refused;
use crate::log_key::HandOver;
use weft_commands::{Command, Context, Redactable, Rotation, Submission};
use weft_ledger::storage::Storage;
use weft_ledger::{Entry, Payload, Reader};
use weft_projections::{Actor, Seq, State};

/// Where the deciding half finds it out. Nothing is read for any other command.
pub(crate) struct Told<S: Storage> {
    records: Reader<S>,
    hand_over: Option<HandOver<S>>,
}

impl<S: Storage> Told<S> {
    /// With the durable records, and no key to hand over.
    pub(crate) fn new(records: Reader<S>) -> Told<S> {
        Told { records, hand_over: None }
    }

    pub(crate) fn set_hand_over(&mut self, hand_over: HandOver<S>) {
        self.hand_over = Some(hand_over);
    }

    /// `ctx` with what `submission` depends on.
    ///
    /// # Errors
    /// [`Refused::Damaged`] and [`Refused::Unread`] when a record that is to be redacted cannot be read.
    pub(crate) fn tell(
        &mut self,
        ctx: Context,
        state: &State,
        submission: &Submission,
    ) -> Result<Context, Refused> {
        match (&submission.command, submission.actor) {
            (Command::Redact(redact), Actor::Operator(_)) => {
                let seq = redact.seq;
                let found = redactable(&self.records, seq).map_err(|error| unread(seq, &error))?;
                Ok(Context { redactable: found, ..ctx })
            }
            (Command::RotateKey(rotate), Actor::Operator(_)) => {
                let asked = self.hand_over.as_mut();
                let signed = asked.map(|keys| keys.ask(ctx.seq, state.chain.key(), rotate.new_key));
                Ok(Context { rotation: signed.unwrap_or(Rotation::Unsigned), ..ctx })
            }
            // Everything else depends on State alone, and so does that nobody else may ask for these.
            (_, _) => Ok(ctx),
        }
    }

    /// The same for a rehearsal.
    ///
    /// # Errors
    /// As [`rehearsed`].
    pub(crate) fn rehearse(&self, ctx: Context, submission: &Submission) -> Result<Context, Error> {
        rehearsed(ctx, &self.records, submission)
    }

    /// The log has the key now that a rotation was signed for last.
    pub(crate) fn handed_over(&mut self) {
        if let Some(hand_over) = &mut self.hand_over {
            hand_over.done();
        }
    }
}

/// The same for a rehearsal. It signs nothing: a signature that no record holds could stand in a forged one.
///
/// # Errors
/// [`Error::Ledger`] when a record that is to be redacted cannot be read.
pub(crate) fn rehearsed<S: Storage>(
    ctx: Context,
    records: &Reader<S>,
    submission: &Submission,
) -> Result<Context, Error> {
    match (&submission.command, submission.actor) {
        (Command::Redact(redact), Actor::Operator(_)) => {
            Ok(Context { redactable: redactable(records, redact.seq)?, ..ctx })
        }
        (Command::RotateKey(_), Actor::Operator(_)) => {
            Ok(Context { rotation: Rotation::Rehearsed, ..ctx })
        }
        (_, _) => Ok(ctx),
    }
}

fn redactable<S: Storage>(records: &Reader<S>, seq: Seq) -> Result<Redactable, weft_ledger::Error> {
    let found = match records.read(seq.0)? {
        None => Redactable::Unknown,
        Some(entry) => match entry.payload() {
            Payload::None => blob_of(&entry, records)?,
            Payload::Whole { .. } => Redactable::Whole,
            Payload::Erased => Redactable::Erased,
        },
    };
    Ok(found)
}

/// Whether there is a blob to erase: one that is not here is taken for erased.
fn blob_of<S: Storage>(
    entry: &Entry<'_>,
    records: &Reader<S>,
) -> Result<Redactable, weft_ledger::Error> {
    let names = entry.blobs();
    if names.is_empty() {
        return Ok(Redactable::NoPayload);
    }
    if entry.is_redacted() {
        return Ok(Redactable::Erased);
    }
    let blobs = records.blobs();
    for name in names {
        if blobs.is_present(&name)? {
            return Ok(Redactable::Whole);
        }
    }
    Ok(Redactable::Erased)
}

fn unread(seq: Seq, error: &weft_ledger::Error) -> Refused {
    let reason = error.to_string();
    let is_damaged = matches!(error, weft_ledger::Error::Integrity(_));
    if is_damaged { Refused::Damaged { seq, reason } } else { Refused::Unread { seq, reason } }
}

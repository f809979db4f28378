//! What the gate and the deciders are told besides State.

use weft_projections::{Seq, Signature, Time};

/// Where in the log the command's record will stand, which is the only source of time, and what the runtime found out
/// for the few commands that depend on more than State.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Context {
    /// The record's position.
    pub seq: Seq,
    /// The record's hybrid time.
    pub time: Time,
    /// What there is to erase; told for `log.redact` only.
    pub redactable: Redactable,
    /// Whether the log's key hands over to another one; told for `log.rotate_key` only.
    pub rotation: Rotation,
}

impl Context {
    /// The context of a command that depends on nothing but State.
    #[must_use]
    pub const fn at(seq: Seq, time: Time) -> Context {
        Context { seq, time, redactable: Redactable::Unknown, rotation: Rotation::Unsigned }
    }
}

/// What is left of the payload of the record that a `log.redact` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redactable {
    /// Nobody can tell: there is no such record, or it is not durable yet.
    Unknown,
    /// It never had one.
    NoPayload,
    /// All of it.
    Whole,
    /// Nothing: it was erased.
    Erased,
}

/// What came of asking the log's key to hand over to the one that a `log.rotate_key` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// Nothing: this node lacks the secret of the log's key or of the new one.
    Unsigned,
    /// This is only a rehearsal, for which nothing is signed: the event has [`Signature::ZERO`] in its place.
    Rehearsed,
    /// The signature of the log's key over `"exochain/rotate/1" ‖ log id ‖ seq of the record ‖ new key`.
    Signed(Signature),
}

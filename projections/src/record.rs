//! A record as `evolve` sees it.

use std::sync::Arc;

use crate::events::Event;
use crate::{Actor, Kind, Payload, Seq, Time, Verdict};

/// A record of the log: who asked for what, how it was ruled on, and what happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Position in the log.
    pub seq: Seq,
    /// When.
    pub time: Time,
    /// Which command was asked for.
    pub kind: Kind,
    /// Who asked for it.
    pub actor: Actor,
    /// The record that led to this one.
    pub cause: Option<Seq>,
    /// How the gate ruled.
    pub verdict: Verdict,
    /// Whether a decider refused it after the gate had let it through.
    pub rejected: bool,
    /// The text of the constitution, from the request of a `log.genesis`; none in any other record.
    pub constitution: Option<Arc<str>>,
    /// What happened; nothing for a refused command.
    pub events: Vec<Event>,
    /// The free content that came with it.
    pub payload: Option<Payload>,
}

impl Record {
    /// Whether the command was denied, deferred or rejected.
    #[must_use]
    pub const fn is_refusal(&self) -> bool {
        self.rejected || !self.verdict.lets_through()
    }
}

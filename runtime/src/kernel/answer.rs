//! What the kernel answers.

use weft_commands::{Decision, Refusal, Stored};
use weft_projections::{Digest, Event, Seq, Time, Verdict};

/// A receipt for a recorded command, or why there is no record.
pub type Answer = Result<Receipt, Refused>;

/// A command that is on the chain, durably, whatever the gate ruled on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Its record.
    pub seq: Seq,
    /// The record's link.
    pub link: Digest,
    /// The record's time.
    pub time: Time,
    /// What the gate ruled and the decider said.
    pub ruling: Ruling,
    /// Whether this answers a repetition of an id that was already recorded.
    pub duplicate: bool,
    /// Whether the payload of a repeated command was erased meanwhile: then only the request was
    /// compared.
    pub payload_erased: bool,
}

impl Receipt {
    /// Whether the command took effect: permitted or warned, and not rejected.
    pub fn took_effect(&self) -> bool {
        self.ruling.took_effect()
    }
}

/// What the gate and the decider said of one command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    /// The gate's decision with every finding.
    pub decision: Decision,
    /// Why the decider refused what the gate let through.
    pub refusal: Option<Refusal>,
}

impl Ruling {
    /// Whether the command takes effect.
    pub fn took_effect(&self) -> bool {
        self.decision.verdict <= Verdict::Warn && self.refusal.is_none()
    }

    /// What the caller is told, and what happens.
    pub(crate) fn split(ruled: weft_commands::Ruling) -> (Ruling, Vec<Event>) {
        let refusal = ruled.rejection.as_ref().map(Refusal::of);
        (Ruling { decision: ruled.decision, refusal }, ruled.events)
    }
}

impl From<&weft_commands::Ruling> for Ruling {
    fn from(ruled: &weft_commands::Ruling) -> Ruling {
        let refusal = ruled.rejection.as_ref().map(Refusal::of);
        Ruling { decision: ruled.decision.clone(), refusal }
    }
}

impl From<Stored> for Ruling {
    fn from(stored: Stored) -> Ruling {
        Ruling { decision: stored.decision, refusal: stored.refusal }
    }
}

/// Why a command has no record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Refused, and the spawn tree's budget of recorded refusals for this minute is used up.
    #[error("refused, and over the budget of recorded refusals this minute: {}", .0.decision.verdict)]
    Suppressed(Box<Ruling>),
    /// The id is taken by another request of the same actor.
    #[error("command id already used for another request in record {0}")]
    Conflict(Seq),
    /// The disk has no room for a full batch; nothing was written.
    #[error("no space left for another batch of records")]
    NoSpace,
    /// Whether the id is taken cannot be told now, or could not be told later: the ids of older records
    /// are being read again, or cannot be written. Nothing was recorded.
    #[error("the ids of older records are not at hand: ask again with the same id")]
    IdsUnknown,
    /// Not a command that a record can hold.
    #[error("malformed request: {0}")]
    Malformed(String),
    /// The cause is no record yet.
    #[error("cause {cause} is not before the next record {next}")]
    CauseAhead {
        /// The cause that was named.
        cause: Seq,
        /// Where the record would have stood.
        next: Seq,
    },
    /// The wall clock ran away from the monotonic clock; an operator has to look.
    #[error("wall clock drifted {drift_ms} ms from the monotonic clock, more than {max_ms}")]
    ClockDrift {
        /// How far, in milliseconds.
        drift_ms: u64,
        /// The most that is accepted, in milliseconds.
        max_ms: u64,
    },
    /// The record that is to be redacted is damaged.
    #[error("record {seq} is damaged: {reason}")]
    Damaged {
        /// The record.
        seq: Seq,
        /// What is wrong with it.
        reason: String,
    },
    /// The record that is to be redacted cannot be read now.
    #[error("record {seq} cannot be read: {reason}")]
    Unread {
        /// The record.
        seq: Seq,
        /// What the operating system said.
        reason: String,
    },
    /// The blob that came with the command could not be stored; nothing was recorded.
    #[error("the content could not be stored: {reason}")]
    Unstored {
        /// What the operating system said.
        reason: String,
    },
    /// A write or sync failed under it: it may or may not be on the chain. Ask again with the same id.
    #[error("outcome unknown: ask again with the same id")]
    OutcomeUnknown,
}

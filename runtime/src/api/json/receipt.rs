//! The answer to a command.

use super::time::rfc3339;
use super::{Decision, Event, Word};
use crate::Ruling;
use serde::{Deserialize, Serialize};
use weft_commands::{CommandId, Refusal};
use weft_projections::{Actor, Digest, GrantId, Kind, Seq, Time};

/// What became of a command.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Receipt {
    /// Its record; none where a dry run would have made one.
    pub seq: Option<u64>,
    /// The record's link.
    pub link: Option<String>,
    /// When the record was made, RFC 3339.
    pub time: Option<String>,
    /// What was asked for.
    pub kind: Word,
    /// How the gate ruled.
    pub verdict: Word,
    /// The rejection's code, where the decider refused.
    pub rejected: Option<Word>,
    /// Who asked.
    pub actor: String,
    /// The command's id.
    pub command_id: String,
    /// Whether this is only what would be.
    pub dry_run: bool,
    /// Whether this is the receipt of an earlier run of the same id.
    pub repetition: bool,
    /// Whether the payload was erased since, so that only the request was compared.
    #[serde(default)]
    pub payload_erased: bool,
    /// The grant that it made.
    pub grant: Option<String>,
    /// What gate and decider said.
    pub decision: Decision,
    /// What a dry run would have made happen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<Event>,
}

/// Who asked for what, under which id.
#[derive(Debug, Clone, Copy)]
pub struct Told {
    /// Who.
    pub actor: Actor,
    /// What.
    pub kind: Kind,
    /// The id.
    pub id: CommandId,
}

/// Where a record stands.
#[derive(Debug, Clone, Copy)]
pub struct Position {
    /// Its number.
    pub seq: Seq,
    /// Its link.
    pub link: Digest,
    /// Its time.
    pub time: Time,
}

impl From<&crate::Receipt> for Position {
    fn from(receipt: &crate::Receipt) -> Position {
        Position { seq: receipt.seq, link: receipt.link, time: receipt.time }
    }
}

impl Receipt {
    /// The receipt of a record.
    pub fn recorded(told: Told, receipt: &crate::Receipt) -> Receipt {
        let granted = told.kind == Kind::CAPABILITY_GRANT && receipt.took_effect();
        Receipt {
            seq: Some(receipt.seq.0),
            link: Some(receipt.link.to_string()),
            time: Some(rfc3339(receipt.time)),
            repetition: receipt.duplicate,
            payload_erased: receipt.payload_erased,
            grant: granted.then(|| GrantId { seq: receipt.seq, index: 0 }.to_string()),
            ..Receipt::unrecorded(told, &receipt.ruling)
        }
    }

    /// What a dry run says. Its events have no record: what they name after one stays at 0.
    pub fn rehearsed(told: Told, rehearsal: &crate::Rehearsal) -> Receipt {
        let receipt = match rehearsal {
            crate::Rehearsal::Repeated(receipt) => Receipt::recorded(told, receipt),
            crate::Rehearsal::Ruled { ruling, events } => Receipt {
                events: events.iter().map(|event| Event::new(Seq(0), event)).collect(),
                ..Receipt::unrecorded(told, ruling)
            },
        };
        Receipt { dry_run: true, ..receipt }
    }

    /// A ruling without a record.
    pub fn unrecorded(told: Told, ruling: &Ruling) -> Receipt {
        Receipt {
            seq: None,
            link: None,
            time: None,
            kind: told.kind.name().unwrap_or("unknown").into(),
            verdict: ruling.decision.verdict.name().into(),
            rejected: ruling.refusal.as_ref().map(Refusal::code).map(Word::from),
            actor: told.actor.to_string(),
            command_id: told.id.to_string(),
            dry_run: false,
            repetition: false,
            payload_erased: false,
            grant: None,
            decision: Decision::new(ruling),
            events: Vec::new(),
        }
    }

    /// Whether the command takes effect.
    pub fn took_effect(&self) -> bool {
        self.rejected.is_none() && matches!(&*self.verdict, "permit" | "warn")
    }
}

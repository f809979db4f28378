//! The answer to a command.

use super::Out;
use super::json::{Decision, Event};
use super::summary::ruled;
use super::table::pairs;
use crate::error::Error;
use crate::when::rfc3339;
use serde::Serialize;
use weft_commands::CommandId;
use weft_projections::{Actor, Digest, GrantId, Seq, Time};
use weft_runtime::Ruling;

/// What became of a command.
#[derive(Debug)]
pub(crate) struct Receipt {
    /// Its record; none where a dry run would have made one.
    pub(crate) position: Option<(Seq, Digest, Time)>,
    /// Who asked.
    pub(crate) actor: Actor,
    /// The command's name.
    pub(crate) command: &'static str,
    /// Its id.
    pub(crate) id: CommandId,
    /// The grant that it made.
    pub(crate) grant: Option<GrantId>,
    /// Whether this is the receipt of an earlier run of the same id.
    pub(crate) repetition: bool,
    /// Whether this is only what would be.
    pub(crate) dry_run: bool,
    /// What gate and decider said.
    pub(crate) ruling: Ruling,
    /// What a dry run would have made happen.
    pub(crate) events: Vec<weft_projections::Event>,
}

#[derive(Serialize)]
struct Document {
    seq: Option<u64>,
    link: Option<String>,
    time: Option<String>,
    kind: &'static str,
    verdict: &'static str,
    rejected: Option<&'static str>,
    actor: String,
    command_id: String,
    dry_run: bool,
    repetition: bool,
    grant: Option<String>,
    decision: Decision,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    events: Vec<Event>,
}

impl Receipt {
    fn document(&self) -> Document {
        // Events of a dry run have no record: what they name after one stays at 0.
        let seq = self.position.map_or(Seq(0), |(seq, _, _)| seq);
        Document {
            seq: self.position.map(|(seq, _, _)| seq.0),
            link: self.position.map(|(_, link, _)| link.to_string()),
            time: self.position.map(|(_, _, time)| rfc3339(time)),
            kind: self.command,
            verdict: self.ruling.decision.verdict.name(),
            rejected: self.ruling.refusal.as_ref().map(weft_commands::Refusal::code),
            actor: self.actor.to_string(),
            command_id: self.id.to_string(),
            dry_run: self.dry_run,
            repetition: self.repetition,
            grant: self.grant.map(|grant| grant.to_string()),
            decision: Decision::new(&self.ruling),
            events: self.events.iter().map(|event| Event::new(seq, event)).collect(),
        }
    }
}

pub(crate) fn receipt(out: &Out, receipt: &Receipt) -> Result<(), Error> {
    if receipt.repetition {
        out.remark("this id was recorded before: this is its first receipt, and nothing ran again");
    }
    if receipt.dry_run {
        out.remark("dry run: nothing was recorded");
    }
    if out.is_json() {
        return out.json(&receipt.document());
    }
    let mut lines = Vec::new();
    if let Some((seq, link, _)) = receipt.position {
        lines.extend([("seq", seq.to_string()), ("link", link.to_string())]);
    }
    lines.push(("verdict", ruled(&receipt.ruling).to_owned()));
    lines.extend(receipt.grant.map(|grant| ("grant", grant.to_string())));
    lines.push(("id", receipt.id.to_string()));
    let would = receipt.events.iter().map(|event| ("would be", event.name().to_owned()));
    lines.extend(would);
    pairs(out, &lines)
}

//! The gate and the decider as one step.

use weft_projections::{State, events::Event};

use crate::{Context, Decision, Rejection, Submission, decide, gate};

/// What becomes of a submission: the record's decision and what follows from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ruling {
    /// What the gate ruled.
    pub decision: Decision,
    /// Why the decider refused what the gate let pass.
    pub rejection: Option<Rejection>,
    /// What happens; nothing when the gate or the decider refused.
    pub events: Vec<Event>,
}

/// Asks the gate, and the decider only if the gate lets the command through.
#[must_use]
pub fn rule(state: &State, ctx: &Context, submission: &Submission) -> Ruling {
    let decision = gate(state, ctx, submission);
    if !decision.verdict.lets_through() {
        return Ruling { decision, rejection: None, events: Vec::new() };
    }
    match decide(state, ctx, submission) {
        Ok(events) => Ruling { decision, rejection: None, events },
        Err(rejection) => Ruling { decision, rejection: Some(rejection), events: Vec::new() },
    }
}

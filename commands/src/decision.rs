//! What the gate rules.

use weft_projections::{Effect, Seq, Verdict};

use crate::Finding;

/// The gate's ruling on one command, and everything it rests on. The same inputs give an equal one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The join over the findings.
    pub verdict: Verdict,
    /// The meaning of the gate that ruled.
    pub gate_version: u32,
    /// The record that enacted the law in force.
    pub law: Seq,
    /// What the law says the effect is.
    pub effect_before: Effect,
    /// The same, raised by what the caller said.
    pub effect_after: Effect,
    /// Every finding, in the order of the checks: who, capability, effect.
    pub findings: Vec<Finding>,
}

impl Decision {
    /// The join over findings. Nothing found is [`Verdict::Deny`]: what no check permits is denied.
    #[must_use]
    pub fn join(findings: &[Finding]) -> Verdict {
        findings.iter().map(Finding::verdict).reduce(Verdict::join).unwrap_or(Verdict::Deny)
    }
}

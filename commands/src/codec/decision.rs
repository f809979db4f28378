//! The decision as the record core holds it:
//! `{1: gate_version, 2: law_seq, 4: effect before, 5: effect after, 6: [* finding], ? 7: rejection}`.
//!
//! Key 3, the context, is left out: seq and time are in the record's header.

use minicbor::{Decode, Encode};
use weft_projections::{Effect, Seq};

use crate::{Decision, Error, Finding, Refusal, Rejection};

/// What a stored decision says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// What the gate ruled.
    pub decision: Decision,
    /// Why the decider refused what the gate let pass.
    pub refusal: Option<Refusal>,
}

/// The keys of a stored decision.
#[derive(Encode, Decode)]
#[cbor(map)]
struct Wire {
    #[n(1)]
    gate_version: u32,
    #[n(2)]
    law: Seq,
    #[n(4)]
    effect_before: Effect,
    #[n(5)]
    effect_after: Effect,
    #[n(6)]
    findings: Vec<Finding>,
    #[n(7)]
    refusal: Option<Refusal>,
}

/// Writes a decision, with the reason of the decider if it refused.
#[must_use]
pub fn encode_decision(decision: &Decision, rejection: Option<&Rejection>) -> Vec<u8> {
    to_vec(&Wire {
        gate_version: decision.gate_version,
        law: decision.law,
        effect_before: decision.effect_before,
        effect_after: decision.effect_after,
        findings: decision.findings.clone(),
        refusal: rejection.map(Refusal::of),
    })
}

/// Reads a decision. Its verdict is the join of its findings, which the caller compares with the
/// record's header.
///
/// # Errors
/// [`Error::Malformed`] and [`Error::NotCanonical`] when [`encode_decision`] of this version never
/// writes these bytes.
pub fn decode_decision(bytes: &[u8]) -> Result<Stored, Error> {
    let wire: Wire =
        minicbor::decode(bytes).map_err(|source| Error::Malformed { what: "decision", source })?;
    if to_vec(&wire) != bytes {
        return Err(Error::NotCanonical { what: "decision" });
    }
    let decision = Decision {
        verdict: Decision::join(&wire.findings),
        gate_version: wire.gate_version,
        law: wire.law,
        effect_before: wire.effect_before,
        effect_after: wire.effect_after,
        findings: wire.findings,
    };
    Ok(Stored { decision, refusal: wire.refusal })
}

fn to_vec(wire: &Wire) -> Vec<u8> {
    minicbor::to_vec(wire).expect("writing to memory cannot fail")
}

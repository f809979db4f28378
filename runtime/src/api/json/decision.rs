//! What the gate and the decider said.

use super::request::Effect;
use crate::Ruling;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use weft_commands::Finding as Found;

/// A word of a closed set, such as a verdict or a code; a later version may know more of them.
pub type Word = Cow<'static, str>;

/// The gate's ruling with every finding, and the decider's rejection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The strictest verdict of the findings.
    pub verdict: Word,
    /// The meaning of the gate that ruled.
    pub gate_version: u32,
    /// The record that enacted the law.
    pub law: u64,
    /// The effect that the law lists.
    pub effect_before: Effect,
    /// The effect that was ruled on.
    pub effect_after: Effect,
    /// What the checks found.
    pub findings: Vec<Finding>,
    /// Why the decider refused what the gate let through.
    pub rejection: Option<Rejection>,
}

/// Why a decider refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    /// Its stable code (docs/events.md).
    pub code: Word,
    /// The same in words.
    pub detail: String,
}

/// A finding: its verdict, its code, the same in words, and its values where it has them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What it alone would rule.
    pub verdict: Word,
    /// Its stable code (docs/events.md).
    pub code: Word,
    /// The same in words.
    pub detail: String,
    #[serde(flatten)]
    values: Values,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
enum Values {
    Grant { grant: String },
    Scope { scope: String },
    Pid { pid: u64 },
    Actor { actor: String },
    Kind { kind: String },
    Effect { dimension: Word, level: Word, value: u16, threshold: u16 },
    Index { index: u16 },
    // Last, since reading takes the first that fits.
    Nothing {},
}

impl Decision {
    /// What gate and decider said.
    pub fn new(ruling: &Ruling) -> Decision {
        let Ruling { decision, refusal } = ruling;
        Decision {
            verdict: decision.verdict.name().into(),
            gate_version: decision.gate_version,
            law: decision.law.0,
            effect_before: decision.effect_before.into(),
            effect_after: decision.effect_after.into(),
            findings: decision.findings.iter().map(finding).collect(),
            rejection: refusal.as_ref().map(|refusal| Rejection {
                code: refusal.code().into(),
                detail: refusal.detail.clone(),
            }),
        }
    }
}

fn finding(found: &Found) -> Finding {
    Finding {
        verdict: found.verdict().name().into(),
        code: found.code().into(),
        detail: found.to_string(),
        values: values(found),
    }
}

fn values(found: &Found) -> Values {
    match found {
        Found::CapabilityHeld { grant } | Found::NotGranter { grant } => {
            Values::Grant { grant: grant.to_string() }
        }
        Found::CapabilityMissing { scope } => Values::Scope { scope: scope.to_string() },
        Found::ActorGone { pid } => Values::Pid { pid: pid.get() },
        Found::ActorUnknown { actor } => Values::Actor { actor: actor.to_string() },
        Found::UnknownAction { kind } => Values::Kind { kind: kind.to_string() },
        Found::EffectOver { dimension, level, value, threshold } => Values::Effect {
            dimension: dimension.name().into(),
            level: level.name().into(),
            value: *value,
            threshold: *threshold,
        },
        Found::DelegationMissing { index } => Values::Index { index: *index },
        Found::KernelOnly
        | Found::KernelDuty
        | Found::BeyondKernel
        | Found::Owner
        | Found::NotAProcess
        | Found::Unauthenticated
        | Found::Unrecognised
        | Found::NoLaw
        | Found::GenesisAgain
        | Found::OperatorOnly => Values::Nothing {},
    }
}

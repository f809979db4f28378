//! What the gate and the decider said.

use super::request::Effect;
use serde::Serialize;
use weft_commands::Finding as Found;
use weft_runtime::Ruling;

/// The gate's ruling with every finding, and the decider's rejection.
#[derive(Debug, Serialize)]
pub(crate) struct Decision {
    verdict: &'static str,
    gate_version: u32,
    law: u64,
    effect_before: Effect,
    effect_after: Effect,
    findings: Vec<Finding>,
    rejection: Option<Rejection>,
}

#[derive(Debug, Serialize)]
struct Rejection {
    code: &'static str,
    detail: String,
}

/// A finding: its verdict, its code, the same in words, and its values where it has them.
#[derive(Debug, Serialize)]
struct Finding {
    verdict: &'static str,
    code: &'static str,
    detail: String,
    #[serde(flatten)]
    values: Values,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Values {
    Nothing {},
    Grant { grant: String },
    Scope { scope: String },
    Pid { pid: u64 },
    Actor { actor: String },
    Kind { kind: String },
    Effect { dimension: &'static str, level: &'static str, value: u16, threshold: u16 },
    Index { index: u16 },
}

impl Decision {
    pub(crate) fn new(ruling: &Ruling) -> Decision {
        let Ruling { decision, refusal } = ruling;
        Decision {
            verdict: decision.verdict.name(),
            gate_version: decision.gate_version,
            law: decision.law.0,
            effect_before: decision.effect_before.into(),
            effect_after: decision.effect_after.into(),
            findings: decision.findings.iter().map(finding).collect(),
            rejection: refusal
                .as_ref()
                .map(|refusal| Rejection { code: refusal.code(), detail: refusal.detail.clone() }),
        }
    }
}

fn finding(found: &Found) -> Finding {
    Finding {
        verdict: found.verdict().name(),
        code: found.code(),
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
            dimension: dimension.name(),
            level: level.name(),
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
        | Found::GenesisAgain => Values::Nothing {},
    }
}

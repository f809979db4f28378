//! Third check: how far the effect reaches.

use weft_projections::{Dimension, Effect, State};

use crate::{Finding, Submission};

/// Compares the action's effect, raised by what the caller said, with the law's thresholds. Returns
/// the effect before and after raising.
pub(super) fn check(
    state: &State,
    submission: &Submission,
    findings: &mut Vec<Finding>,
) -> (Effect, Effect) {
    let kind = submission.command.kind();
    let listed = state.governance.effect(kind);
    if listed.is_none() {
        findings.push(Finding::UnknownAction { kind });
    }
    let before = listed.unwrap_or(Effect::ZERO);
    let after = before.raise(submission.effect_raise.unwrap_or(Effect::ZERO));
    for dimension in Dimension::ALL {
        if let Some((level, threshold)) = state.governance.thresholds().reached(after, dimension) {
            let value = after.get(dimension);
            findings.push(Finding::EffectOver { dimension, level, value, threshold });
        }
    }
    (before, after)
}

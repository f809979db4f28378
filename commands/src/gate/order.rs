//! The order of the checks.

use weft_projections::{Actor, Effect, Kind, State};

use crate::{
    Context, Decision, Submission,
    gate::{capability, effect, who},
};

/// The meaning of this gate. Raised whenever the same inputs could give another decision.
pub const GATE_VERSION: u32 = 1;

/// Rules on a submission. The same State, context and submission give the same decision.
///
/// What only the kernel reports, and what nobody knows, is settled by the first check alone: there is
/// no right to it that an actor could hold and no effect that the law could list.
#[must_use]
pub fn gate(state: &State, ctx: &Context, submission: &Submission) -> Decision {
    let mut findings = Vec::new();
    who::check(state, submission, &mut findings);
    let (mut effect_before, mut effect_after) = (Effect::ZERO, Effect::ZERO);
    if binds(submission) {
        capability::check(state, ctx, submission, &mut findings);
        (effect_before, effect_after) = effect::check(state, submission, &mut findings);
    }
    Decision {
        verdict: Decision::join(&findings),
        gate_version: GATE_VERSION,
        law: state.governance.law(),
        effect_before,
        effect_after,
        findings,
    }
}

/// Whether rights and effects have a say in this submission.
fn binds(submission: &Submission) -> bool {
    let command = &submission.command;
    submission.actor != Actor::Kernel
        && !who::kernel_only(command)
        && command.kind() != Kind::UNRECOGNISED
}

//! `kernel.*` and `governance.*`: the kernel's reports about itself, and its end.

use weft_projections::{
    events::{Event, GovernanceSuppressed, KernelBooted, KernelHalted},
    state::Phase,
};

use crate::{
    Rejection,
    deciders::dispatch::Case,
    requests::{governance::Suppressed, kernel::Boot},
};

/// Boots whatever the phase: a crash leaves it at Running, and the next boot must not be refused.
pub(super) fn boot(case: &Case<'_>, request: &Boot) -> Result<Event, Rejection> {
    let Boot { gate_version, state_version } = *request;
    let boot = case.state.kernel.boots().saturating_add(1);
    Ok(Event::KernelBooted(KernelBooted { boot, gate_version, state_version }))
}

pub(super) fn shutdown(case: &Case<'_>) -> Result<Event, Rejection> {
    match case.state.kernel.phase() {
        Phase::Running => Ok(Event::KernelHalted(KernelHalted { boot: case.state.kernel.boots() })),
        Phase::Halted => Err(Rejection::KernelNotRunning),
    }
}

pub(super) fn suppressed(request: &Suppressed) -> Result<Event, Rejection> {
    let Suppressed { tree, count, minute } = *request;
    if count == 0 {
        return Err(Rejection::NothingSuppressed);
    }
    Ok(Event::GovernanceSuppressed(GovernanceSuppressed { tree, count, minute }))
}

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{
        KERNEL, OPERATOR, STRANGER, Then, boot, check, process, shutdown, spawn, suppressed,
    };

    #[test]
    fn a_boot_counts_up_also_after_a_crash() {
        let booted = |boot| {
            Then::Event(Event::KernelBooted(KernelBooted {
                boot,
                gate_version: 1,
                state_version: 1,
            }))
        };
        check(&[], (KERNEL, boot()), &booted(1));
        check(&[(KERNEL, boot())], (KERNEL, boot()), &booted(2));
        check(&[(KERNEL, boot()), (KERNEL, shutdown())], (KERNEL, boot()), &booted(2));
    }

    #[test]
    fn a_kernel_halts_once() {
        let not_running = Then::Rejected("kernel_not_running: the kernel is not running");
        check(&[], (KERNEL, shutdown()), &not_running);
        let halted = || Then::Event(Event::KernelHalted(KernelHalted { boot: 1 }));
        check(&[(KERNEL, boot())], (KERNEL, shutdown()), &halted());
        check(&[(KERNEL, boot())], (OPERATOR, shutdown()), &halted());
        check(&[(KERNEL, boot()), (KERNEL, shutdown())], (KERNEL, shutdown()), &not_running);
    }

    #[test]
    fn a_process_ends_the_kernel_only_with_the_right_to() {
        let given = |can: &[&str]| vec![(KERNEL, boot()), (OPERATOR, spawn("a", can))];
        let denied = Then::Ruled("deny: holds no grant of operate:*");
        check(&given(&[]), (process(1), shutdown()), &denied);
        check(&given(&["operate:*"]), (process(1), shutdown()), &Then::Happens("kernel.halted"));
    }

    #[test]
    fn suppressed_refusals_are_counted() {
        let event = GovernanceSuppressed { tree: STRANGER, count: 3, minute: 1 };
        check(&[], (KERNEL, suppressed(3)), &Then::Event(Event::GovernanceSuppressed(event)));
        let nothing = Then::Rejected("nothing_suppressed: no refusal was suppressed");
        check(&[], (KERNEL, suppressed(0)), &nothing);
    }
}

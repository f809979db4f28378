//! `kernel.*` and `governance.*`: the kernel's reports and claims about itself, and its end.

use weft_projections::{
    events::{Event, GovernanceSuppressed, KernelBooted, KernelHalted, KernelSnapshotClaimed},
    state::Phase,
};

use crate::{
    Rejection,
    deciders::dispatch::Case,
    requests::{
        governance::Suppressed,
        kernel::{Boot, Snapshot},
    },
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

/// A claim is about an earlier State, and later than any other.
pub(super) fn snapshot(case: &Case<'_>, request: &Snapshot) -> Result<Event, Rejection> {
    let Snapshot { seq, state_version, root } = *request;
    if seq >= case.ctx.seq {
        return Err(Rejection::NoSuchRecord { seq, next: case.ctx.seq });
    }
    let last = case.state.chain.last_snapshot().map(|last| last.seq);
    if let Some(last) = last.filter(|last| seq <= *last) {
        return Err(Rejection::SnapshotStale { seq, last });
    }
    Ok(Event::KernelSnapshotClaimed(KernelSnapshotClaimed { seq, state_version, root }))
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
        KERNEL, OPERATOR, STRANGER, Then, boot, check, process, shutdown, snapshot, spawn,
        suppressed,
    };
    use weft_projections::{Digest, Seq};

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

    #[test]
    fn a_claim_is_about_a_later_state_than_the_one_before() {
        let given =
            |claimed: u64| [boot(), boot(), boot(), snapshot(claimed)].map(|asked| (KERNEL, asked));
        let event = KernelSnapshotClaimed { seq: Seq(4), state_version: 2, root: Digest([4; 32]) };
        let claimed = Then::Event(Event::KernelSnapshotClaimed(event));
        check(&given(3), (KERNEL, snapshot(4)), &claimed);
        let stale =
            "snapshot_stale: snapshot as of record 3 is not newer than the last, as of record 3";
        check(&given(3), (KERNEL, snapshot(3)), &Then::Rejected(stale));
        let ahead = "no_such_record: no record 5 yet, this will be 5";
        check(&given(3), (KERNEL, snapshot(5)), &Then::Rejected(ahead));
        let denied = Then::Ruled("deny: only the kernel reports this");
        check(&given(3), (OPERATOR, snapshot(4)), &denied);
    }
}

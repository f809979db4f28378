//! First check: who asks.

use weft_projections::{Actor, Kind, State};

use crate::{Command, Finding, Submission};

/// Finds out whether the actor exists, and whether this is for it to ask at all.
pub(super) fn check(state: &State, submission: &Submission, findings: &mut Vec<Finding>) {
    let command = &submission.command;
    law(state, command, findings);
    findings.extend(vouched(state, submission.actor).err());
    if submission.actor == Actor::Kernel {
        findings.push(duty(command));
    }
    if operator_only(command) && !matches!(submission.actor, Actor::Operator(_) | Actor::Kernel) {
        findings.push(Finding::OperatorOnly);
    }
    if kernel_only(command) && submission.actor != Actor::Kernel {
        findings.push(Finding::KernelOnly);
    }
    if command.kind() == Kind::UNRECOGNISED {
        findings.push(Finding::Unrecognised);
    }
}

/// Whether there is such an actor, or what is wrong with it.
pub(super) fn vouched(state: &State, actor: Actor) -> Result<(), Finding> {
    match actor {
        Actor::Process(pid) if state.process_table.live(pid).is_none() => {
            Err(Finding::ActorGone { pid })
        }
        Actor::Operator(operator) if state.governance.operator_key(operator).is_none() => {
            Err(Finding::ActorUnknown { actor })
        }
        Actor::Kernel | Actor::Process(_) | Actor::Operator(_) => Ok(()),
        Actor::Node(_) => Err(Finding::ActorUnknown { actor }),
        Actor::Unauthenticated => Err(Finding::Unauthenticated),
    }
}

/// Whether the command is a report that only the kernel makes.
pub(super) fn kernel_only(command: &Command) -> bool {
    match command {
        Command::Genesis(_)
        | Command::Snapshot(_)
        | Command::Boot(_)
        | Command::Suppressed(_)
        | Command::Started(_)
        | Command::Exited(_) => true,
        Command::Unrecognised(_)
        | Command::Redact(_)
        | Command::RotateKey(_)
        | Command::Shutdown(_)
        | Command::Spawn(_)
        | Command::Stop(_)
        | Command::Send(_)
        | Command::Ack(_)
        | Command::Subscribe(_)
        | Command::Unsubscribe(_)
        | Command::Publish(_)
        | Command::Put(_)
        | Command::Remove(_)
        | Command::Link(_)
        | Command::Grant(_)
        | Command::Revoke(_) => false,
    }
}

/// Whether the right to it is worth nothing in other hands than an operator's: what is done to the log itself is a
/// person's to answer for. That it is not the kernel's either is its own finding.
fn operator_only(command: &Command) -> bool {
    [Kind::LOG_REDACT, Kind::LOG_ROTATE_KEY].contains(&command.kind())
}

/// Genesis makes the law, once; nothing else goes before it.
fn law(state: &State, command: &Command, findings: &mut Vec<Finding>) {
    let genesis = command.kind() == Kind::LOG_GENESIS;
    match (genesis, !state.governance.is_founded()) {
        (true, false) => findings.push(Finding::GenesisAgain),
        (false, true) => findings.push(Finding::NoLaw),
        (true, true) | (false, false) => {}
    }
}

/// What the kernel itself may ask for: its reports, and its own end.
fn duty(command: &Command) -> Finding {
    if kernel_only(command) || command.kind() == Kind::KERNEL_SHUTDOWN {
        Finding::KernelDuty
    } else {
        Finding::BeyondKernel
    }
}

//! Which error is which exit code: the table of docs/cli.md, in one place.

use crate::error::Error;
use std::io;
use std::process::ExitCode;
use weft_commands::Class;
use weft_projections::Verdict;
use weft_runtime::{Refused, Ruling};

/// How the process ends; 130 is what a shell says of one that Ctrl-C ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// Done.
    Done = 0,
    /// An error without a code of its own.
    Failed = 1,
    /// The arguments make no sense.
    Usage = 2,
    /// Something that was named does not exist.
    NotFound = 3,
    /// The gate denied.
    Denied = 4,
    /// The gate deferred: it waits for approval.
    Deferred = 5,
    /// The log is damaged.
    Integrity = 6,
    /// Another process holds the node.
    Unreachable = 7,
    /// Something did not happen in time.
    TimedOut = 8,
    /// A limit or budget is exceeded.
    Limit = 9,
    /// The command may or may not have been recorded.
    OutcomeUnknown = 10,
    /// Ctrl-C, or another wish that it ends, where that has to be cleaned up after.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}

impl From<u8> for Exit {
    /// A code that nobody gave a meaning is a failure.
    fn from(code: u8) -> Exit {
        match code {
            0 => Exit::Done,
            2 => Exit::Usage,
            3 => Exit::NotFound,
            4 => Exit::Denied,
            5 => Exit::Deferred,
            6 => Exit::Integrity,
            7 => Exit::Unreachable,
            8 => Exit::TimedOut,
            9 => Exit::Limit,
            10 => Exit::OutcomeUnknown,
            130 => Exit::Interrupted,
            _ => Exit::Failed,
        }
    }
}

impl Exit {
    /// A stable word for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Exit::Done => "done",
            Exit::Failed => "error",
            Exit::Usage => "usage",
            Exit::NotFound => "not_found",
            Exit::Denied => "denied",
            Exit::Deferred => "deferred",
            Exit::Integrity => "integrity",
            Exit::Unreachable => "unreachable",
            Exit::TimedOut => "timed_out",
            Exit::Limit => "limit",
            Exit::OutcomeUnknown => "outcome_unknown",
            Exit::Interrupted => "interrupted",
        }
    }

    /// How the process ends after `error`.
    pub(crate) fn of(error: &Error) -> Exit {
        match error {
            Error::Usage(_) | Error::NoDataDir => Exit::Usage,
            Error::NotFound { .. } | Error::NoNode(_) => Exit::NotFound,
            Error::NotOperator(_) => Exit::Denied,
            Error::LogGone(_) | Error::Proof { .. } | Error::Diverged { .. } => Exit::Integrity,
            Error::Refused(refused) => refused.exit,
            Error::Call(call) => Exit::from(call.error.exit()),
            Error::NoKernel(_) => Exit::Unreachable,
            Error::Ended(reason) => of_stream(reason),
            Error::Start(failure) => Exit::from(failure.exit),
            Error::TimedOut(_) => Exit::TimedOut,
            Error::Host(source) => of_runtime(source),
            Error::OutcomeUnknown { .. } => Exit::OutcomeUnknown,
            Error::Node { source, .. } | Error::Moved { source, .. } => of_runtime(source),
            Error::Ledger { source, .. } => of_ledger(source),
            Error::File { source, .. }
            | Error::ReceiptLost { source, .. }
            | Error::Output(source) => of_io(source),
            Error::Demo(source) => source.exit(),
            Error::Ambiguous { .. } | Error::Garbled(_) | Error::Running(_) => Exit::Failed,
            Error::PipeClosed => Exit::Done,
        }
    }
}

/// A stable word for `error`, for machines.
pub(crate) fn code(error: &Error) -> &str {
    match error {
        Error::Ambiguous { .. } => "ambiguous",
        Error::NoNode(_) => "no_node",
        Error::NotOperator(_) => "not_operator",
        Error::Refused(refused) => &refused.code,
        Error::Call(call) => call.error.code(),
        Error::Start(failure) => &failure.code,
        Error::Running(_) => "running",
        Error::Node { source, .. } | Error::Moved { source, .. } if is_conflict(source) => {
            "conflict"
        }
        Error::Node { source, .. } if is_copy(source) => "read_only",
        Error::Usage(_)
        | Error::NoDataDir
        | Error::NotFound { .. }
        | Error::LogGone(_)
        | Error::Proof { .. }
        | Error::Diverged { .. }
        | Error::OutcomeUnknown { .. }
        | Error::Node { .. }
        | Error::Moved { .. }
        | Error::Ledger { .. }
        | Error::File { .. }
        | Error::Garbled(_)
        | Error::NoKernel(_)
        | Error::Ended(_)
        | Error::TimedOut(_)
        | Error::Host(_)
        | Error::Demo(_)
        | Error::ReceiptLost { .. }
        | Error::Output(_)
        | Error::PipeClosed => Exit::of(error).word(),
    }
}

fn is_conflict(error: &weft_runtime::Error) -> bool {
    matches!(error, weft_runtime::Error::Refused(Refused::Conflict(_)))
}

fn is_copy(error: &weft_runtime::Error) -> bool {
    matches!(error, weft_runtime::Error::NotTheLogKey { .. })
}

/// How the process ends after a ruling.
pub(crate) fn of_ruling(ruling: &Ruling) -> Exit {
    match (&ruling.refusal, ruling.decision.verdict) {
        (Some(refusal), _) => of_class(refusal.class()),
        (None, Verdict::Deny) => Exit::Denied,
        (None, Verdict::Defer) => Exit::Deferred,
        (None, Verdict::Permit | Verdict::Warn) => Exit::Done,
    }
}

fn of_class(class: Class) -> Exit {
    match class {
        Class::NotFound => Exit::NotFound,
        Class::Limit => Exit::Limit,
        Class::Conflict | Class::Invalid => Exit::Failed,
    }
}

/// By the reason that the kernel gives (docs/api.md); an end without one is that of the connection.
fn of_stream(reason: &str) -> Exit {
    match reason {
        "denied" => Exit::Denied,
        "too_slow" => Exit::Limit,
        "unreadable" => Exit::Integrity,
        _ => Exit::Unreachable,
    }
}

fn of_runtime(error: &weft_runtime::Error) -> Exit {
    use weft_runtime::Error as Runtime;
    match error {
        Runtime::Ledger(source) => of_ledger(source),
        Runtime::Refused(refused) => of_refused(refused),
        Runtime::Files { source, .. } | Runtime::Key { source, .. } => of_io(source),
        Runtime::Damaged => Exit::Integrity,
        Runtime::PayloadLength(_) | Runtime::QueueFull(_) | Runtime::Snapshot(_) => Exit::Limit,
        Runtime::Index(source) => of_index(source),
        Runtime::NotEmpty(_)
        | Runtime::KeyLength { .. }
        | Runtime::NotTheLogKey { .. }
        | Runtime::Entropy(_)
        | Runtime::Thread(_)
        | Runtime::Unreadable { .. }
        | Runtime::Genesis(_)
        | Runtime::ClockBehind { .. }
        | Runtime::Halted
        | Runtime::Panicked(_) => Exit::Failed,
    }
}

fn of_refused(refused: &Refused) -> Exit {
    match refused {
        Refused::Suppressed(ruling) => of_ruling(ruling),
        Refused::NoSpace => Exit::Limit,
        Refused::OutcomeUnknown => Exit::OutcomeUnknown,
        Refused::Malformed(_) | Refused::CauseAhead { .. } => Exit::Usage,
        Refused::Conflict(_)
        | Refused::ClockDrift { .. }
        | Refused::IdsUnknown
        | Refused::Unread { .. }
        | Refused::Unstored { .. } => Exit::Failed,
        Refused::Damaged { .. } => Exit::Integrity,
    }
}

fn of_index(error: &weft_ledger::indexer::Error) -> Exit {
    use weft_ledger::indexer::Error as Index;
    use weft_ledger::{ids, postings};
    match error {
        Index::Ids(ids::Error::Io { source, .. })
        | Index::Postings(postings::Error::Io { source, .. }) => of_io(source),
        Index::Ids(_) | Index::Postings(_) | Index::NotNext { .. } => Exit::Failed,
    }
}

fn of_ledger(error: &weft_ledger::Error) -> Exit {
    use weft_ledger::Error as Ledger;
    use weft_ledger::transfer::{Problem, Refusal};
    match error {
        Ledger::Export { problem, .. } if matches!(**problem, Problem::Partial { .. }) => {
            Exit::Failed
        }
        Ledger::Integrity(_)
        | Ledger::FirstSegmentMissing { .. }
        | Ledger::UnknownFile { .. }
        | Ledger::TreeMismatch { .. }
        | Ledger::Guard { .. }
        | Ledger::Checkpoint { .. }
        | Ledger::Cosigned { .. }
        | Ledger::Export { .. }
        | Ledger::Short { .. }
        | Ledger::BlobDamaged { .. }
        | Ledger::Restore { refusal: Refusal::Torn { .. } } => Exit::Integrity,
        Ledger::PendingRedactions { .. } => Exit::Limit,
        Ledger::NotInTree { .. } => Exit::NotFound,
        Ledger::Locked { .. } => Exit::Unreachable,
        Ledger::Missing | Ledger::NoRecords { .. } | Ledger::BlobMissing { .. } => Exit::NotFound,
        Ledger::NoSpace { .. }
        | Ledger::Batch { .. }
        | Ledger::BlobLong { .. }
        | Ledger::CosignedFull { .. } => Exit::Limit,
        Ledger::OutcomeUnknown { .. } | Ledger::Halted => Exit::OutcomeUnknown,
        Ledger::Io { source, .. } => of_io(source),
        Ledger::Exists { .. }
        | Ledger::NoRedaction { .. }
        | Ledger::Start { .. }
        | Ledger::Stopped { .. }
        | Ledger::ReadOnly
        | Ledger::Invalid { .. }
        | Ledger::Limits { .. }
        | Ledger::Unfinished
        | Ledger::ForkOrigin { .. }
        | Ledger::Restore {
            refusal:
                Refusal::Newer { .. }
                | Refusal::Older { .. }
                | Refusal::Diverged { .. }
                | Refusal::OtherLog { .. },
        } => Exit::Failed,
    }
}

fn of_io(error: &io::Error) -> Exit {
    let full = [io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded];
    if full.contains(&error.kind()) { Exit::Limit } else { Exit::Failed }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refusal::RefusedRuling;
    use weft_commands::{CommandId, Decision, Finding, Refusal, Rejection};
    use weft_projections::{Actor, Effect, Kind, Seq};
    use weft_runtime::api::json::{Receipt, Told};

    fn ruling(findings: Vec<Finding>, rejection: Option<&Rejection>) -> Ruling {
        let decision = Decision {
            verdict: Decision::join(&findings),
            gate_version: 1,
            law: Seq(0),
            effect_before: Effect::ZERO,
            effect_after: Effect::ZERO,
            findings,
        };
        Ruling { decision, refusal: rejection.map(Refusal::of) }
    }

    fn refused(ruling: &Ruling) -> Error {
        let id = CommandId::new([1; 16]).unwrap();
        let told = Told { actor: Actor::Kernel, kind: Kind::TREE_PUT, id };
        let receipt = Receipt::unrecorded(told, ruling);
        Error::Refused(Box::new(RefusedRuling::new(receipt, of_ruling(ruling))))
    }

    fn of_the_ledger(source: weft_ledger::Error) -> Error {
        Error::node(std::path::Path::new("x"))(source.into())
    }

    fn of_the_kernel(source: Refused) -> Error {
        Error::node(std::path::Path::new("x"))(source.into())
    }

    fn check(error: &Error, exit: Exit, word: &str) {
        assert_eq!((Exit::of(error), code(error)), (exit, word), "{error}");
    }

    #[test]
    fn rulings_have_their_codes() {
        let held = vec![Finding::Owner];
        let path: weft_projections::TreePath = "/a".parse().unwrap();
        let deferring = Finding::EffectOver {
            dimension: weft_projections::Dimension::Risk,
            level: Verdict::Defer,
            value: 900,
            threshold: 800,
        };
        check(&refused(&ruling(vec![Finding::KernelOnly], None)), Exit::Denied, "denied");
        check(&refused(&ruling(vec![Finding::Owner, deferring], None)), Exit::Deferred, "deferred");
        let not_found = Rejection::NotFound { path: path.clone() };
        check(&refused(&ruling(held.clone(), Some(&not_found))), Exit::NotFound, "not_found");
        let too_long = Rejection::PayloadTooLong { len: 2, len_max: 1 };
        check(&refused(&ruling(held.clone(), Some(&too_long))), Exit::Limit, "payload_too_long");
        let reserved = Rejection::ReservedPath { path };
        check(&refused(&ruling(held, Some(&reserved))), Exit::Failed, "reserved_path");
    }

    #[test]
    fn the_kernel_s_answers_have_their_codes() {
        check(&of_the_kernel(Refused::Conflict(Seq(3))), Exit::Failed, "conflict");
        check(&of_the_kernel(Refused::NoSpace), Exit::Limit, "limit");
        check(&of_the_kernel(Refused::OutcomeUnknown), Exit::OutcomeUnknown, "outcome_unknown");
        check(&Error::NotOperator(String::new()), Exit::Denied, "not_operator");
    }

    #[test]
    fn the_ledger_s_errors_have_their_codes() {
        check(
            &of_the_ledger(weft_ledger::Error::Locked { holder: None }),
            Exit::Unreachable,
            "unreachable",
        );
        check(&of_the_ledger(weft_ledger::Error::Missing), Exit::NotFound, "not_found");
        check(&of_the_ledger(weft_ledger::Error::NoSpace { needed: 1 }), Exit::Limit, "limit");
        check(
            &of_the_ledger(weft_ledger::Error::UnknownFile { file: "x".into() }),
            Exit::Integrity,
            "integrity",
        );
        check(&of_the_ledger(weft_ledger::Error::Halted), Exit::OutcomeUnknown, "outcome_unknown");
        let full = weft_ledger::Error::Io {
            action: "write",
            path: "log".into(),
            source: io::Error::from(io::ErrorKind::StorageFull),
        };
        check(&of_the_ledger(full), Exit::Limit, "limit");
    }

    #[test]
    fn the_ends_of_streams_have_their_codes() {
        for (reason, exit, word) in [
            ("denied", Exit::Denied, "denied"),
            ("too_slow", Exit::Limit, "limit"),
            ("unreadable", Exit::Integrity, "integrity"),
            ("stopped", Exit::Unreachable, "unreachable"),
        ] {
            check(&Error::Ended(reason.into()), exit, word);
        }
    }

    #[test]
    fn arguments_and_places_have_their_codes() {
        check(&Error::Usage("x".into()), Exit::Usage, "usage");
        check(&Error::NoDataDir, Exit::Usage, "usage");
        check(&Error::NoNode("x".into()), Exit::NotFound, "no_node");
        check(&Error::LogGone("x".into()), Exit::Integrity, "integrity");
        let missing =
            Error::NotFound { what: "record 7".into(), look: "weft log", at: Some(Seq(3)) };
        check(&missing, Exit::NotFound, "not_found");
        assert_eq!(missing.to_string(), "record 7 not found as of record 3");
        let ambiguous =
            Error::Ambiguous { given: "link:abcdef".into(), first: Seq(1), second: Seq(2) };
        check(&ambiguous, Exit::Failed, "ambiguous");
    }
}

//! Errors on the wire: a JSON-RPC code, an exit code, a stable word.

use super::json::{Receipt, Word};
use crate::{Refused, Ruling};
use serde::Serialize;
use weft_commands::Class;
use weft_projections::Verdict;

/// What went wrong, as a stable word. The decider's rejections have words of their own
/// ([`weft_commands::Rejection::CODES`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// No JSON.
    ParseError,
    /// JSON, but no request.
    InvalidRequest,
    /// A line that is too long.
    FrameTooLong,
    /// A line that took too long.
    FrameTooSlow,
    /// No such method.
    Unrecognised,
    /// Parameters that make no sense.
    Usage,
    /// Neither token nor signature, or one that is not valid.
    Unauthenticated,
    /// The gate denied it.
    Denied,
    /// The gate deferred it.
    Deferred,
    /// Something that was named does not exist.
    NotFound,
    /// The command id is taken by another request.
    Conflict,
    /// A limit is exceeded.
    Limit,
    /// There are too many clients.
    TooManyClients,
    /// Answers were left unread.
    TooSlow,
    /// The command may or may not be on the chain.
    OutcomeUnknown,
    /// Whether the id is taken cannot be told now.
    IdsUnknown,
    /// The kernel has stopped.
    Unreachable,
    /// Nothing came within the time.
    TimedOut,
    /// The log is damaged.
    Integrity,
    /// Anything else.
    Error,
}

impl Trouble {
    /// Every one.
    pub const ALL: [Trouble; 20] = [
        Trouble::ParseError,
        Trouble::InvalidRequest,
        Trouble::FrameTooLong,
        Trouble::FrameTooSlow,
        Trouble::Unrecognised,
        Trouble::Usage,
        Trouble::Unauthenticated,
        Trouble::Denied,
        Trouble::Deferred,
        Trouble::NotFound,
        Trouble::Conflict,
        Trouble::Limit,
        Trouble::TooManyClients,
        Trouble::TooSlow,
        Trouble::OutcomeUnknown,
        Trouble::IdsUnknown,
        Trouble::Unreachable,
        Trouble::TimedOut,
        Trouble::Integrity,
        Trouble::Error,
    ];

    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Trouble::ParseError => "parse_error",
            Trouble::InvalidRequest => "invalid_request",
            Trouble::FrameTooLong => "frame_too_long",
            Trouble::FrameTooSlow => "frame_too_slow",
            Trouble::Unrecognised => "unrecognised",
            Trouble::Usage => "usage",
            Trouble::Unauthenticated => "unauthenticated",
            Trouble::Denied => "denied",
            Trouble::Deferred => "deferred",
            Trouble::NotFound => "not_found",
            Trouble::Conflict => "conflict",
            Trouble::Limit => "limit",
            Trouble::TooManyClients => "too_many_clients",
            Trouble::TooSlow => "too_slow",
            Trouble::OutcomeUnknown => "outcome_unknown",
            Trouble::IdsUnknown => "ids_unknown",
            Trouble::Unreachable => "unreachable",
            Trouble::TimedOut => "timed_out",
            Trouble::Integrity => "integrity",
            Trouble::Error => "error",
        }
    }

    /// When it comes.
    pub const fn meaning(self) -> &'static str {
        match self {
            Trouble::ParseError => "the line is no JSON, or not in UTF-8",
            Trouble::InvalidRequest => "the line is JSON and no request; batches are none",
            Trouble::FrameTooLong => "the line is longer than 16 MiB; the connection is closed",
            Trouble::FrameTooSlow => "the line was not whole after 30 s; the connection is closed",
            Trouble::Unrecognised => "there is no such method; the request is recorded as denied",
            Trouble::Usage => "the parameters make no sense",
            Trouble::Unauthenticated => "a query, or a token, of somebody the kernel does not know",
            Trouble::Denied => "the gate denied it",
            Trouble::Deferred => "the gate deferred it",
            Trouble::NotFound => "a process, resource or record that was named does not exist",
            Trouble::Conflict => "the command id was used for another request",
            Trouble::Limit => "a limit is exceeded, a full disk included",
            Trouble::TooManyClients => {
                "there is no place for another client; the connection is closed"
            }
            Trouble::TooSlow => "answers were left unread; the connection is closed",
            Trouble::OutcomeUnknown => {
                "the command may or may not be recorded: ask again with the same command id"
            }
            Trouble::IdsUnknown => {
                "whether the id is taken cannot be told now; nothing was recorded: ask again with it"
            }
            Trouble::Unreachable => "the kernel has stopped, or cannot be reached",
            Trouble::TimedOut => "nothing came within the time; only the client says so",
            Trouble::Integrity => "the log is damaged",
            Trouble::Error => "anything else",
        }
    }

    /// The exit code of the command line.
    pub const fn exit(self) -> u8 {
        match self {
            Trouble::Error | Trouble::Conflict | Trouble::IdsUnknown => 1,
            Trouble::ParseError | Trouble::InvalidRequest | Trouble::Usage => 2,
            Trouble::NotFound => 3,
            Trouble::Unrecognised | Trouble::Unauthenticated | Trouble::Denied => 4,
            Trouble::Deferred => 5,
            Trouble::Integrity => 6,
            Trouble::Unreachable => 7,
            Trouble::TimedOut | Trouble::FrameTooSlow => 8,
            Trouble::FrameTooLong | Trouble::Limit | Trouble::TooManyClients | Trouble::TooSlow => {
                9
            }
            Trouble::OutcomeUnknown => 10,
        }
    }

    /// The code of JSON-RPC: one of its own where it has one, else -32000 less the exit code.
    pub const fn rpc(self) -> i32 {
        match self {
            Trouble::ParseError => -32700,
            Trouble::InvalidRequest | Trouble::FrameTooLong => -32600,
            Trouble::Unrecognised => -32601,
            Trouble::Usage => -32602,
            Trouble::FrameTooSlow
            | Trouble::Unauthenticated
            | Trouble::Denied
            | Trouble::Deferred
            | Trouble::NotFound
            | Trouble::Conflict
            | Trouble::Limit
            | Trouble::TooManyClients
            | Trouble::TooSlow
            | Trouble::OutcomeUnknown
            | Trouble::IdsUnknown
            | Trouble::Unreachable
            | Trouble::TimedOut
            | Trouble::Integrity
            | Trouble::Error => rpc_of(self.exit()),
        }
    }
}

/// The code of JSON-RPC for an exit code: -32000 less it.
pub const fn rpc_of(exit: u8) -> i32 {
    -32_000 - exit as i32
}

/// The exit code of a rejection.
pub const fn exit_of(class: Class) -> u8 {
    match class {
        Class::NotFound => Trouble::NotFound.exit(),
        Class::Limit => Trouble::Limit.exit(),
        Class::Conflict | Class::Invalid => Trouble::Error.exit(),
    }
}

/// An error as it is sent.
#[derive(Debug, Serialize)]
pub(super) struct Fault {
    code: i32,
    message: String,
    data: Data,
}

#[derive(Debug, Serialize)]
struct Data {
    exit: u8,
    code: Word,
    /// Of a command that was ruled on and did not take effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt: Option<Box<Receipt>>,
}

impl Fault {
    pub(super) fn new(trouble: Trouble, message: impl Into<String>) -> Fault {
        let (exit, code) = (trouble.exit(), trouble.word().into());
        Fault {
            code: trouble.rpc(),
            message: message.into(),
            data: Data { exit, code, receipt: None },
        }
    }

    /// A command that was ruled on and did not take effect.
    pub(super) fn ruled(ruling: &Ruling, receipt: Receipt, unrecognised: bool) -> Fault {
        let trace = match receipt.seq {
            Some(seq) => format!("recorded as {seq}"),
            None if receipt.dry_run => "nothing was recorded".to_owned(),
            None => "only counted, since the budget of recorded refusals is used up".to_owned(),
        };
        let kind = &receipt.kind;
        let (trouble, message) = match (&ruling.refusal, ruling.decision.verdict) {
            (Some(refusal), _) => {
                let message = format!("{kind} rejected, {trace}: {}", refusal.detail);
                (exit_of(refusal.class()).into(), message)
            }
            _ if unrecognised => (Trouble::Unrecognised, format!("no such method, {trace}")),
            (None, Verdict::Defer) => (Trouble::Deferred, format!("{kind} deferred, {trace}")),
            (None, Verdict::Permit | Verdict::Warn | Verdict::Deny) => {
                (Trouble::Denied, format!("{kind} denied, {trace}"))
            }
        };
        let mut fault = Fault::new(trouble, message);
        if let Some(refusal) = &ruling.refusal {
            fault.data.code = refusal.code().into();
        }
        fault.data.receipt = Some(Box::new(receipt));
        fault
    }

    /// A command without a record or ruling.
    pub(super) fn refused(refused: &Refused) -> Fault {
        let trouble = match refused {
            Refused::Suppressed(_) => Trouble::Denied,
            Refused::NoSpace => Trouble::Limit,
            Refused::IdsUnknown => Trouble::IdsUnknown,
            Refused::OutcomeUnknown => Trouble::OutcomeUnknown,
            Refused::Malformed(_) | Refused::CauseAhead { .. } => Trouble::Usage,
            Refused::Conflict(_) => Trouble::Conflict,
            Refused::ClockDrift { .. } | Refused::Unread { .. } | Refused::Unstored { .. } => {
                Trouble::Error
            }
            Refused::Damaged { .. } => Trouble::Integrity,
        };
        Fault::new(trouble, refused.to_string())
    }
}

impl From<u8> for Trouble {
    /// The plainest trouble with an exit code.
    fn from(exit: u8) -> Trouble {
        match exit {
            3 => Trouble::NotFound,
            9 => Trouble::Limit,
            _ => Trouble::Error,
        }
    }
}

impl From<super::queries::Error> for Fault {
    fn from(error: super::queries::Error) -> Fault {
        let trouble = match &error {
            super::queries::Error::NotFound { .. } => Trouble::NotFound,
            super::queries::Error::Unread(crate::Error::Ledger(weft_ledger::Error::Integrity(
                _,
            ))) => Trouble::Integrity,
            super::queries::Error::Unread(_) => Trouble::Error,
        };
        Fault::new(trouble, error.to_string())
    }
}

impl From<crate::Error> for Fault {
    fn from(error: crate::Error) -> Fault {
        let trouble = match &error {
            crate::Error::Halted => Trouble::Unreachable,
            crate::Error::QueueFull(_) | crate::Error::PayloadLength(_) => Trouble::Limit,
            crate::Error::Refused(refused) => return Fault::refused(refused),
            crate::Error::Ledger(
                weft_ledger::Error::Integrity(_)
                | weft_ledger::Error::Guard { .. }
                | weft_ledger::Error::TreeMismatch { .. },
            ) => Trouble::Integrity,
            crate::Error::Ledger(_)
            | crate::Error::Files { .. }
            | crate::Error::NotEmpty(_)
            | crate::Error::Key { .. }
            | crate::Error::KeyLength { .. }
            | crate::Error::NotTheLogKey { .. }
            | crate::Error::Entropy(_)
            | crate::Error::Thread(_)
            | crate::Error::Unreadable { .. }
            | crate::Error::Genesis(_)
            | crate::Error::ClockBehind { .. }
            | crate::Error::Snapshot(_)
            | crate::Error::Index(_)
            | crate::Error::Damaged
            | crate::Error::Panicked(_) => Trouble::Error,
        };
        Fault::new(trouble, error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use weft_commands::Code;

    #[test]
    fn words_are_unique_and_no_rejections() {
        let mut words: Vec<&str> = Trouble::ALL.iter().map(|trouble| trouble.word()).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), Trouble::ALL.len());
        // These mean the same whoever says them.
        let shared = ["limit", "not_found", "unrecognised"];
        for Code { name, .. } in weft_commands::Rejection::CODES {
            assert!(shared.contains(name) || !words.contains(name), "{name}");
        }
    }
}

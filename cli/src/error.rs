//! What can go wrong on the command line, in words, with what to do next.

use std::io;
use std::path::{Path, PathBuf};
use weft_commands::{Class, CommandId, Refusal};
use weft_projections::{Seq, Verdict, limits};
use weft_runtime::{Refused, Ruling};

/// An error of the command line.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The arguments make no sense together or here.
    #[error("{0}")]
    Usage(String),
    /// Something that was named does not exist.
    #[error("{what} not found{}", place(.at))]
    NotFound {
        /// What was looked for.
        what: String,
        /// Where to look for what there is.
        look: &'static str,
        /// As of which record, when not the last one.
        at: Option<Seq>,
    },
    /// A prefix of a link names more than one record.
    #[error("{given} is ambiguous: it names records {first} and {second} at least")]
    Ambiguous {
        /// The reference as it was given.
        given: String,
        /// One record.
        first: Seq,
        /// Another one.
        second: Seq,
    },
    /// There is no node in the data directory.
    #[error("no node in {}", .0.display())]
    NoNode(PathBuf),
    /// There was a node, and its log is gone.
    #[error("the log of the node in {} is gone, though its keys are there", .0.display())]
    LogGone(PathBuf),
    /// No place for a node was given and none can be guessed.
    #[error(
        "no data directory: neither --data-dir nor WEFT_HOME nor XDG_DATA_HOME nor HOME is set"
    )]
    NoDataDir,
    /// The caller cannot show that it is the operator.
    #[error("cannot act as operator:1: {0}")]
    NotOperator(String),
    /// The gate or the decider refused.
    #[error("{}", refused(.0))]
    Refused(Box<RefusedRuling>),
    /// The command may or may not be on the chain.
    #[error("outcome unknown, command id {id}: {reason}")]
    OutcomeUnknown {
        /// The id to repeat.
        id: CommandId,
        /// What failed.
        reason: String,
    },
    /// The kernel refused without a ruling, or the node could not be opened.
    #[error("{source} (data directory {})", .data_dir.display())]
    Node {
        /// Which node.
        data_dir: PathBuf,
        /// What the kernel said.
        source: Box<weft_runtime::Error>,
    },
    /// The log could not be verified.
    #[error("{source} (data directory {})", .data_dir.display())]
    Ledger {
        /// Which node.
        data_dir: PathBuf,
        /// What the ledger said.
        source: Box<weft_ledger::Error>,
    },
    /// A file given on the command line could not be read.
    #[error("{}: {source}", .path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The demo could not be told to its end.
    #[error(transparent)]
    Demo(Box<crate::demo::Error>),
    /// The command took place, and its receipt could not be written.
    #[error("recorded as {seq}, but the receipt could not be written: {source}")]
    ReceiptLost {
        /// The record.
        seq: Seq,
        /// What the operating system said.
        source: io::Error,
    },
    /// Output could not be written.
    #[error("cannot write the output: {0}")]
    Output(io::Error),
    /// Whoever read the output has gone.
    #[error("the output was closed")]
    PipeClosed,
}

/// A ruling that kept a command from taking effect.
#[derive(Debug)]
pub(crate) struct RefusedRuling {
    /// What is left of it.
    pub(crate) trace: Trace,
    /// Name of the command.
    pub(crate) command: &'static str,
    /// What gate and decider said.
    pub(crate) ruling: Ruling,
}

/// What a refused command leaves behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trace {
    /// A record.
    Record(Seq),
    /// Nothing: it was a dry run.
    Nothing,
    /// A count: the budget of recorded refusals for this minute is used up.
    Counted,
}

impl std::fmt::Display for Trace {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Trace::Record(seq) => write!(out, "recorded as {seq}"),
            Trace::Nothing => out.write_str("nothing was recorded"),
            Trace::Counted => {
                let most = limits::REFUSALS_PER_MINUTE_MAX;
                write!(out, "only counted, since {most} refusals were recorded within this minute")
            }
        }
    }
}

impl Error {
    /// A [`weft_runtime::Error`] of the node in `data_dir`.
    pub(crate) fn node(data_dir: &Path) -> impl FnOnce(weft_runtime::Error) -> Error {
        let data_dir = data_dir.to_owned();
        move |source| Error::Node { data_dir, source: Box::new(source) }
    }

    /// A [`weft_ledger::Error`] of the node in `data_dir`.
    pub(crate) fn ledger(data_dir: &Path, source: weft_ledger::Error) -> Error {
        Error::Ledger { data_dir: data_dir.to_owned(), source: Box::new(source) }
    }

    /// The same error, met while the receipt of the record `seq` was printed.
    pub(crate) fn after(self, seq: Seq) -> Error {
        if let Error::Output(source) = self { Error::ReceiptLost { seq, source } } else { self }
    }

    /// Every finding that did not permit, in words; empty for errors without a ruling.
    pub(crate) fn findings(&self) -> Vec<String> {
        let Error::Refused(refused) = self else { return Vec::new() };
        let findings = refused.ruling.decision.findings.iter();
        findings
            .filter(|finding| finding.verdict() > Verdict::Permit)
            .map(|finding| format!("{}: {finding}", finding.verdict()))
            .collect()
    }

    /// What to do next.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Error::Usage(_) => Some("see `weft --help`, or --help after a verb".to_owned()),
            Error::NotFound { look, .. } => Some(format!("`{look}` shows what there is")),
            Error::Ambiguous { .. } => Some("give more digits of the link".to_owned()),
            Error::NoNode(_) => {
                Some("make one with `weft init`, or name another place with --data-dir".to_owned())
            }
            Error::LogGone(_) => {
                Some("nothing was written; bring the log folder back, or name another place with --data-dir".to_owned())
            }
            Error::NoDataDir => Some("name a place with --data-dir".to_owned()),
            Error::NotOperator(_) => {
                Some("the operator's key of this node belongs into keys/operator.key, 32 bytes, readable by you".to_owned())
            }
            Error::Refused(refused) => refused.hint(),
            Error::OutcomeUnknown { id, .. } => {
                Some(format!("ask again with --id {id}: it runs at most once"))
            }
            Error::Node { source, .. } => hint_of_runtime(source),
            Error::Ledger { source, .. } => hint_of_ledger(source),
            Error::File { .. } => Some("check the path and its permissions".to_owned()),
            Error::Demo(source) => source.hint(),
            Error::ReceiptLost { seq, .. } => Some(format!("`weft show {seq}` shows the record")),
            Error::Output(_) => Some("check the disk or pipe that the output goes to".to_owned()),
            Error::PipeClosed => None,
        }
    }
}

impl RefusedRuling {
    fn hint(&self) -> Option<String> {
        let look = match self.trace {
            Trace::Record(seq) => Some(format!("`weft show {seq}` shows the whole ruling")),
            Trace::Nothing => None,
            Trace::Counted => Some("wait for the next minute".to_owned()),
        };
        match (&self.ruling.refusal, self.ruling.decision.verdict) {
            (Some(refusal), _) => match refusal.class() {
                Class::Limit => Some("make room or ask for less".to_owned()),
                Class::NotFound | Class::Conflict | Class::Invalid => look,
            },
            (None, Verdict::Defer) => Some(
                "approvals do not exist in this version, so the command stays deferred".to_owned(),
            ),
            (None, Verdict::Permit | Verdict::Warn | Verdict::Deny) => look,
        }
    }
}

fn refused(refused: &RefusedRuling) -> String {
    let RefusedRuling { trace, command, ruling } = refused;
    match &ruling.refusal {
        Some(Refusal { detail, .. }) => format!("{command} rejected, {trace}: {detail}"),
        None if ruling.decision.verdict == Verdict::Defer => format!("{command} deferred, {trace}"),
        None => format!("{command} denied, {trace}"),
    }
}

fn place(at: &Option<Seq>) -> String {
    at.map_or_else(String::new, |seq| format!(" as of record {seq}"))
}

fn hint_of_runtime(error: &weft_runtime::Error) -> Option<String> {
    use weft_runtime::Error as Runtime;
    match error {
        Runtime::Ledger(source) => hint_of_ledger(source),
        Runtime::NotEmpty(_) => {
            Some("nothing was written; name a new or empty folder with --data-dir".to_owned())
        }
        Runtime::Unreadable { .. } => {
            Some("a newer version of weft wrote this log; use that one".to_owned())
        }
        Runtime::Refused(refused) => hint_of_refused(refused),
        Runtime::PayloadLength(_) => {
            Some("store less metadata, or the content elsewhere with its digest here".to_owned())
        }
        Runtime::Genesis(_) => {
            Some("nothing was written; correct the origin or the constitution".to_owned())
        }
        Runtime::ClockBehind { .. } => Some("records never go back in time".to_owned()),
        Runtime::Files { .. } | Runtime::Key { .. } | Runtime::KeyLength { .. } => {
            Some("check the path and its permissions".to_owned())
        }
        Runtime::QueueFull(_) => Some("try again".to_owned()),
        Runtime::Entropy(_) | Runtime::Thread(_) | Runtime::Halted | Runtime::Panicked(_) => None,
    }
}

fn hint_of_refused(refused: &Refused) -> Option<String> {
    match refused {
        Refused::Conflict(seq) => Some(format!(
            "`weft show {seq}` shows the request that has the id; leave --id out for a fresh one"
        )),
        Refused::NoSpace => Some("make room on the disk and try again; reading goes on".to_owned()),
        Refused::ClockDrift { .. } => Some("set the clock".to_owned()),
        Refused::Suppressed(_)
        | Refused::Malformed(_)
        | Refused::CauseAhead { .. }
        | Refused::OutcomeUnknown => None,
    }
}

fn hint_of_ledger(error: &weft_ledger::Error) -> Option<String> {
    use weft_ledger::Error as Ledger;
    match error {
        Ledger::Locked { .. } => {
            Some("one process at a time writes; wait for it, or stop it".to_owned())
        }
        Ledger::Missing => {
            Some("make a node with `weft init`, or name another place with --data-dir".to_owned())
        }
        Ledger::Integrity(_) | Ledger::FirstSegmentMissing { .. } | Ledger::UnknownFile { .. } => {
            Some(
                "nothing was changed; keep the folder as evidence and restore the log from a copy"
                    .to_owned(),
            )
        }
        Ledger::NoSpace { .. } => {
            Some("make room on the disk and try again; reading goes on".to_owned())
        }
        Ledger::Io { .. } => Some("check the disk, the path and its permissions".to_owned()),
        Ledger::OutcomeUnknown { .. } => Some("ask again with the same --id".to_owned()),
        Ledger::Exists { .. } => {
            Some("nothing was written; name a new or empty folder with --data-dir".to_owned())
        }
        Ledger::Stopped { .. }
        | Ledger::ReadOnly
        | Ledger::Invalid { .. }
        | Ledger::Batch { .. }
        | Ledger::Limits { .. }
        | Ledger::Halted => None,
    }
}

impl From<crate::demo::Error> for Error {
    fn from(source: crate::demo::Error) -> Error {
        Error::Demo(Box::new(source))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use weft_commands::{Decision, Finding};
    use weft_projections::Effect;

    fn denied(trace: Trace) -> Error {
        let findings = vec![Finding::Owner, Finding::KernelOnly, Finding::Unauthenticated];
        let decision = Decision {
            verdict: Decision::join(&findings),
            gate_version: 1,
            law: Seq(0),
            effect_before: Effect::ZERO,
            effect_after: Effect::ZERO,
            findings,
        };
        let ruling = Ruling { decision, refusal: None };
        Error::Refused(Box::new(RefusedRuling { trace, command: "tree.put", ruling }))
    }

    fn check(trace: Trace, message: &str, hint: Option<&str>) {
        let error = denied(trace);
        assert_eq!(error.to_string(), message);
        assert_eq!(error.hint().as_deref(), hint);
    }

    #[test]
    fn a_refusal_says_what_is_left_of_it() {
        let look = Some("`weft show 7` shows the whole ruling");
        check(Trace::Record(Seq(7)), "tree.put denied, recorded as 7", look);
        check(Trace::Nothing, "tree.put denied, nothing was recorded", None);
        check(
            Trace::Counted,
            "tree.put denied, only counted, since 100 refusals were recorded within this minute",
            Some("wait for the next minute"),
        );
    }

    #[test]
    fn every_finding_that_did_not_permit_is_listed() {
        let expected =
            ["deny: only the kernel reports this", "deny: nobody vouches for the caller"];
        assert_eq!(denied(Trace::Nothing).findings(), expected);
    }
}

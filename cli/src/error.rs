//! What can go wrong on the command line, in words, with what to do next.

use crate::refusal::RefusedRuling;
use std::fmt::Display;
use std::io;
use std::path::{Path, PathBuf};
use weft_commands::CommandId;
use weft_ledger::{Class, ProofProblem};
use weft_projections::{Digest, Seq};
use weft_runtime::api::CallError;

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
    #[error("{0}")]
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
    /// A log could not be moved from one place to another.
    #[error("{source} ({way})")]
    Moved {
        /// From where to where.
        way: String,
        /// What was wrong.
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
    /// A proof that shows nothing.
    #[error("{}: the proof does not hold: {problem}", .path.display())]
    Proof {
        /// The proof's file.
        path: PathBuf,
        /// Why it does not hold.
        problem: ProofProblem,
    },
    /// The records lead to another State than the log claims.
    #[error(
        "record {record} claims that State at record {seq} has the root {claimed}, and it has {found}"
    )]
    Diverged {
        /// The record that claims it.
        record: Seq,
        /// The record whose State it is about.
        seq: Seq,
        /// The root that is claimed.
        claimed: Digest,
        /// The root there is.
        found: Digest,
    },
    /// The kernel said no, or could not be reached.
    #[error("{}", .0.error)]
    Call(Box<Call>),
    /// The kernel sent what makes no sense.
    #[error("the kernel's answer makes no sense: {0}")]
    Garbled(String),
    /// No kernel runs.
    #[error("no kernel runs on the node in {}", .0.display())]
    NoKernel(PathBuf),
    /// A stream came to an end before it should.
    #[error("the kernel ended the stream: {0}")]
    Ended(String),
    /// A kernel runs already.
    #[error("a kernel runs already: process {0}")]
    Running(u32),
    /// The kernel that was started said why it does not run.
    #[error("{}", .0.message)]
    Start(Box<Failure>),
    /// Something did not happen in time.
    #[error("{0}")]
    TimedOut(String),
    /// The machine lacks something.
    #[error(transparent)]
    Host(Box<weft_runtime::Error>),
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

/// What a command that was started says of its failure, as JSON on stderr.
#[derive(Debug, serde::Deserialize)]
pub(crate) struct Failure {
    pub(crate) code: String,
    pub(crate) exit: u8,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
}

/// What a kernel said instead of a result.
#[derive(Debug)]
pub(crate) struct Call {
    /// What it said.
    pub(crate) error: CallError,
    /// The verb that shows what there is, for something that is not.
    pub(crate) look: Option<&'static str>,
}

impl Error {
    /// A [`weft_runtime::Error`] of the node in `data_dir`.
    pub(crate) fn node(data_dir: &Path) -> impl FnOnce(weft_runtime::Error) -> Error {
        let data_dir = data_dir.to_owned();
        move |source| Error::Node { data_dir, source: Box::new(source) }
    }

    /// A [`weft_runtime::Error`] met on the way from one place to another.
    pub(crate) fn moved(
        from: impl Display,
        into: impl Display,
    ) -> impl FnOnce(weft_runtime::Error) -> Error {
        let way = format!("from {from} into {into}");
        move |source| Error::Moved { way, source: Box::new(source) }
    }

    /// A [`weft_ledger::Error`] of the node in `data_dir`.
    pub(crate) fn ledger(data_dir: &Path, source: weft_ledger::Error) -> Error {
        Error::Ledger { data_dir: data_dir.to_owned(), source: Box::new(source) }
    }

    /// What a kernel said instead of a result.
    pub(crate) fn call(error: CallError) -> Error {
        Error::Call(Box::new(Call { error, look: None }))
    }

    /// The same error; if it is about something that does not exist, `look` shows what does.
    pub(crate) fn looking(self, look: &'static str) -> Error {
        if let Error::Call(call) = self {
            return Error::Call(Box::new(Call { look: Some(look), ..*call }));
        }
        self
    }

    /// The kernel sent what makes no sense.
    pub(crate) fn garbled(reason: impl Display) -> Error {
        Error::Garbled(reason.to_string())
    }

    /// The same error, met while the receipt of the record `seq` was printed.
    pub(crate) fn after(self, seq: Seq) -> Error {
        if let Error::Output(source) = self { Error::ReceiptLost { seq, source } } else { self }
    }

    /// What kind of damage to the log it is about; `None` for other errors.
    pub(crate) fn damage(&self) -> Option<Class> {
        match self {
            Error::Node { source, .. } | Error::Moved { source, .. } | Error::Host(source) => {
                let weft_runtime::Error::Ledger(source) = source.as_ref() else { return None };
                Class::of_error(source)
            }
            Error::Ledger { source, .. } => Class::of_error(source),
            Error::Usage(_)
            | Error::NoDataDir
            | Error::NotFound { .. }
            | Error::NoNode(_)
            | Error::NotOperator(_)
            | Error::LogGone(_)
            | Error::Proof { .. }
            | Error::Diverged { .. }
            | Error::Refused(_)
            | Error::Call(_)
            | Error::NoKernel(_)
            | Error::Ended(_)
            | Error::Start(_)
            | Error::TimedOut(_)
            | Error::OutcomeUnknown { .. }
            | Error::File { .. }
            | Error::ReceiptLost { .. }
            | Error::Output(_)
            | Error::Demo(_)
            | Error::Ambiguous { .. }
            | Error::Garbled(_)
            | Error::Running(_)
            | Error::PipeClosed => None,
        }
    }

    /// Every finding that did not permit, in words; empty for errors without a ruling.
    pub(crate) fn findings(&self) -> Vec<String> {
        let Error::Refused(refused) = self else { return Vec::new() };
        let findings = refused.receipt.decision.findings.iter();
        findings
            .filter(|finding| finding.verdict != "permit")
            .map(|finding| format!("{}: {}", finding.verdict, finding.detail))
            .collect()
    }
}

fn place(at: &Option<Seq>) -> String {
    at.map_or_else(String::new, |seq| format!(" as of record {seq}"))
}

impl From<crate::demo::Error> for Error {
    fn from(source: crate::demo::Error) -> Error {
        Error::Demo(Box::new(source))
    }
}

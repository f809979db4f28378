//! What to do next after an error.

use crate::error::{Call, Error};
use crate::exit::Exit;
use crate::refusal::{RefusedRuling, Trace};
use std::io::ErrorKind;
use weft_ledger::GuardProblem;
use weft_ledger::blob::BLOBS_DIR;
use weft_runtime::Refused;

impl Error {
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
                Some("nothing was written; bring the log folder back, `weft chain restore BACKUP`, or name another place with --data-dir".to_owned())
            }
            Error::Proof { .. } => {
                Some("do not rely on it; ask whoever made it for another one".to_owned())
            }
            Error::Diverged { .. } => Some(
                "keep the folder: the claim is false, or this version folds the log differently from the one that made it"
                    .to_owned(),
            ),
            Error::NoDataDir => Some("name a place with --data-dir".to_owned()),
            Error::NotOperator(_) => {
                Some("the operator's key of this node belongs into keys/operator.key, 32 bytes, readable by you".to_owned())
            }
            Error::Refused(refused) => refused.hint(),
            Error::OutcomeUnknown { id, .. } => {
                Some(format!("ask again with --id {id}: it runs at most once"))
            }
            Error::Node { source, .. } | Error::Moved { source, .. } => hint_of_runtime(source),
            Error::Ledger { source, .. } => hint_of_ledger(source).map(str::to_owned),
            Error::File { source, .. } if source.kind() == ErrorKind::AlreadyExists => {
                Some("nothing was overwritten; name a file that is not there yet".to_owned())
            }
            Error::File { .. } => Some("check the path and its permissions".to_owned()),
            Error::Call(call) => call.hint(),
            Error::Garbled(_) => {
                Some("the kernel may be another version: `weft version`, `weft kernel status`".to_owned())
            }
            Error::NoKernel(_) => Some("start one with `weft kernel start`".to_owned()),
            Error::Ended(reason) => Some(hint_of_stream(reason).to_owned()),
            Error::Running(_) => {
                Some("`weft kernel status` shows it, `weft kernel stop` stops it".to_owned())
            }
            Error::Start(failure) => failure.hint.clone(),
            Error::TimedOut(_) | Error::Host(_) => None,
            Error::Demo(source) => source.hint(),
            Error::ReceiptLost { seq, .. } => Some(format!("`weft show {seq}` shows the record")),
            Error::Output(_) => Some("check the disk or pipe that the output goes to".to_owned()),
            Error::PipeClosed => None,
        }
    }
}

impl Call {
    fn hint(&self) -> Option<String> {
        match Exit::from(self.error.exit()) {
            Exit::NotFound => self.look.map(|look| format!("`{look}` shows what there is")),
            Exit::Unreachable => Some(
                "`weft kernel logs` may say why; the process that holds the node has to end before another kernel starts"
                    .to_owned(),
            ),
            Exit::Denied if self.error.code() == "unauthenticated" => Some(
                "an agent shows the token of its present run, WEFT_TOKEN; an operator signs with keys/operator.key"
                    .to_owned(),
            ),
            Exit::Denied => {
                Some("a process has an inbox and sees what is its own; everything else takes a grant of `observe:*`".to_owned())
            }
            Exit::Failed if self.error.code() == "conflict" => {
                Some("leave --id out for a fresh one".to_owned())
            }
            Exit::Limit => Some("make room or ask for less".to_owned()),
            Exit::Usage => Some("see --help after the verb".to_owned()),
            Exit::Done
            | Exit::Failed
            | Exit::Deferred
            | Exit::Integrity
            | Exit::TimedOut
            | Exit::OutcomeUnknown
            | Exit::Interrupted => None,
        }
    }
}

impl RefusedRuling {
    fn hint(&self) -> Option<String> {
        if self.receipt.decision.rejection.is_some() && self.exit == Exit::Limit {
            return Some("make room or ask for less".to_owned());
        }
        if self.exit == Exit::Deferred {
            let why = "approvals do not exist in this version, so the command stays deferred";
            return Some(why.to_owned());
        }
        match self.trace {
            Trace::Record(seq) => Some(format!("`weft show {seq}` shows the whole ruling")),
            Trace::Nothing => None,
            Trace::Counted => Some("wait for the next minute".to_owned()),
        }
    }
}

fn hint_of_runtime(error: &weft_runtime::Error) -> Option<String> {
    use weft_runtime::Error as Runtime;
    match error {
        Runtime::Ledger(source) => hint_of_ledger(source).map(str::to_owned),
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
        Runtime::NotTheLogKey { .. } => {
            Some("it can be read, verified and proved from; `weft fork @ --into DIR` goes on from it as a log of its own".to_owned())
        }
        Runtime::QueueFull(_) => Some("try again".to_owned()),
        Runtime::Index(_) => Some(
            "`index/` in the data directory may be deleted: it is made again from the log"
                .to_owned(),
        ),
        Runtime::Entropy(_)
        | Runtime::Thread(_)
        | Runtime::Halted
        | Runtime::Snapshot(_)
        | Runtime::Damaged
        | Runtime::Panicked(_) => None,
    }
}

fn hint_of_refused(refused: &Refused) -> Option<String> {
    match refused {
        Refused::Conflict(seq) => Some(format!(
            "`weft show {seq}` shows the request that has the id; leave --id out for a fresh one"
        )),
        Refused::NoSpace => Some("make room on the disk and try again; reading goes on".to_owned()),
        Refused::IdsUnknown => {
            Some("try again with the same --id; `weft kernel logs` says why".to_owned())
        }
        Refused::ClockDrift { .. } => Some("set the clock".to_owned()),
        Refused::Suppressed(_)
        | Refused::Malformed(_)
        | Refused::CauseAhead { .. }
        | Refused::Damaged { .. }
        | Refused::Unread { .. }
        | Refused::Unstored { .. }
        | Refused::OutcomeUnknown => None,
    }
}

fn hint_of_stream(reason: &str) -> &'static str {
    match reason {
        "denied" => "the right to see it has ended, or whoever asks: `weft capability list`",
        "too_slow" => {
            "it was printed faster than it was read; follow again, or look at the end of it"
        }
        "unreadable" => "`weft chain verify` says what is wrong with the log",
        _ => "`weft kernel status` says whether it still runs",
    }
}

fn hint_of_ledger(error: &weft_ledger::Error) -> Option<&'static str> {
    use weft_ledger::Error as Ledger;
    match error {
        Ledger::Locked { .. } => Some("one process at a time writes; wait for it, or stop it"),
        Ledger::Missing => {
            Some("make a node with `weft init`, or name another place with --data-dir")
        }
        Ledger::Guard { problem: GuardProblem::Damaged { .. }, .. } => Some(
            "nothing was changed; remove the guard only if you know why it is damaged: it is made anew",
        ),
        Ledger::Guard { .. } => Some(
            "the log was rolled back, lost or rewritten; nothing was changed: it can still be read, and `weft fork @ --into DIR` goes on from it as a log of its own",
        ),
        Ledger::NotInTree { .. } => Some("`weft chain checkpoint` shows the last checkpoint"),
        Ledger::UnknownFile { file } if file.starts_with(BLOBS_DIR) => {
            Some("nothing that weft does makes such a file there: move it away")
        }
        Ledger::BlobDamaged { .. } => Some(
            "the log itself is whole: put the blob's file from a backup in its place, or redact the record that names it",
        ),
        Ledger::Integrity(_)
        | Ledger::FirstSegmentMissing { .. }
        | Ledger::UnknownFile { .. }
        | Ledger::TreeMismatch { .. }
        | Ledger::Checkpoint { .. }
        | Ledger::Short { .. } => {
            Some("nothing was changed; keep the folder as evidence and restore the log from a copy")
        }
        Ledger::NoSpace { .. } => Some("make room on the disk and try again; reading goes on"),
        Ledger::Io { .. } => Some("check the disk, the path and its permissions"),
        Ledger::OutcomeUnknown { .. } => Some("ask again with the same --id"),
        Ledger::Exists { .. } => {
            Some("nothing was written; name a new or empty folder with --data-dir")
        }
        Ledger::Export { .. } => {
            Some("nothing was imported; take the export again from the log it is of")
        }
        Ledger::Cosigned { .. } => {
            Some("nothing was kept; ask the witness for the checkpoint again")
        }
        Ledger::CosignedFull { .. } => {
            Some("keep further ones outside of the node, and cosign less often")
        }
        Ledger::Unfinished => {
            Some("the same import, restore or backup removes what is there and begins anew")
        }
        Ledger::Restore { .. } => {
            Some("nothing was changed; restore into an empty folder with --data-dir")
        }
        Ledger::PendingRedactions { .. }
        | Ledger::NoRedaction { .. }
        | Ledger::Start { .. }
        | Ledger::Stopped { .. }
        | Ledger::NoRecords { .. }
        | Ledger::BlobMissing { .. }
        | Ledger::BlobLong { .. }
        | Ledger::ReadOnly
        | Ledger::Invalid { .. }
        | Ledger::Batch { .. }
        | Ledger::Limits { .. }
        | Ledger::ForkOrigin { .. }
        | Ledger::Halted => None,
    }
}

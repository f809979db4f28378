//! A command that was ruled on and did not take effect.

use crate::exit::Exit;
use std::fmt;
use weft_projections::{Seq, limits};
use weft_runtime::api::json::Receipt;

/// A ruling that kept a command from taking effect.
#[derive(Debug)]
pub(crate) struct RefusedRuling {
    /// What is left of it.
    pub(crate) trace: Trace,
    /// How the process ends.
    pub(crate) exit: Exit,
    /// The stable word.
    pub(crate) code: String,
    /// What gate and decider said.
    pub(crate) receipt: Box<Receipt>,
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

impl Trace {
    pub(crate) fn of(receipt: &Receipt) -> Trace {
        match receipt.seq {
            Some(seq) => Trace::Record(Seq(seq)),
            None if receipt.dry_run => Trace::Nothing,
            None => Trace::Counted,
        }
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
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

impl RefusedRuling {
    /// What the receipt of a command says that did not take effect.
    pub(crate) fn new(receipt: Receipt, exit: Exit) -> RefusedRuling {
        let rejection = receipt.decision.rejection.as_ref();
        let code = rejection.map_or_else(|| exit.word().to_owned(), |found| found.code.to_string());
        RefusedRuling { trace: Trace::of(&receipt), exit, code, receipt: Box::new(receipt) }
    }
}

impl fmt::Display for RefusedRuling {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let RefusedRuling { trace, receipt, .. } = self;
        let (kind, decision) = (&receipt.kind, &receipt.decision);
        match &decision.rejection {
            Some(rejection) => write!(out, "{kind} rejected, {trace}: {}", rejection.detail),
            None if decision.verdict == "defer" => write!(out, "{kind} deferred, {trace}"),
            None => write!(out, "{kind} denied, {trace}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;
    use weft_commands::{CommandId, Decision, Finding};
    use weft_projections::{Actor, Effect, Kind};
    use weft_runtime::Ruling;
    use weft_runtime::api::json::Told;

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
        let id = CommandId::new([1; 16]).unwrap();
        let told = Told { actor: Actor::Kernel, kind: Kind::TREE_PUT, id };
        let mut receipt = Receipt::unrecorded(told, &Ruling { decision, refusal: None });
        match trace {
            Trace::Record(Seq(seq)) => receipt.seq = Some(seq),
            Trace::Nothing => receipt.dry_run = true,
            Trace::Counted => {}
        }
        Error::Refused(Box::new(RefusedRuling::new(receipt, Exit::Denied)))
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

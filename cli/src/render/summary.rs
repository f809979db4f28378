//! A record in a few words.

use super::processes::outcome;
use weft_commands::Command;
use weft_projections::Verdict;
use weft_runtime::{RecordView, Ruling};

/// The ruling in one word; those that kept a command from taking effect in capitals.
pub(crate) fn ruled(ruling: &Ruling) -> &'static str {
    match (&ruling.refusal, ruling.decision.verdict) {
        (Some(_), _) => "REJECTED",
        (None, Verdict::Permit) => "permit",
        (None, Verdict::Warn) => "warn",
        (None, Verdict::Defer) => "DEFERRED",
        (None, Verdict::Deny) => "DENIED",
    }
}

/// What was asked for and, if it was refused, why.
pub(crate) fn summary(view: &RecordView) -> String {
    let asked = asked(&view.command);
    match why_not(&view.ruling) {
        Some(reason) => format!("{asked}: {reason}"),
        None => asked,
    }
}

fn why_not(ruling: &Ruling) -> Option<String> {
    if let Some(refusal) = &ruling.refusal {
        return Some(refusal.detail.clone());
    }
    let verdict = ruling.decision.verdict;
    let mut findings = ruling.decision.findings.iter();
    let decisive = findings.find(|finding| finding.verdict() == verdict);
    decisive.filter(|_| !verdict.lets_through()).map(ToString::to_string)
}

fn asked(command: &Command) -> String {
    match command {
        Command::Unrecognised(asked) => asked.method.as_str().to_owned(),
        Command::Genesis(asked) => asked.origin.clone(),
        Command::Boot(asked) => {
            format!("gate {} state {}", asked.gate_version, asked.state_version)
        }
        Command::Shutdown(_) => String::new(),
        Command::Suppressed(asked) => {
            format!("{} refusals of {} not recorded", asked.count, asked.tree)
        }
        Command::Spawn(asked) => {
            let can: Vec<String> = asked.can.iter().map(|right| right.scope.to_string()).collect();
            format!("{} {}", asked.name, can.join(" ")).trim_end().to_owned()
        }
        Command::Started(asked) => format!("process {} generation {}", asked.pid, asked.generation),
        Command::Exited(asked) => {
            format!(
                "process {} generation {} {}",
                asked.pid,
                asked.generation,
                outcome(asked.outcome)
            )
        }
        Command::Stop(asked) => asked.target.to_string(),
        Command::Send(asked) => format!("to {}", asked.to),
        Command::Ack(asked) => format!("message {}", asked.message),
        Command::Subscribe(asked) => asked.filter.to_string(),
        Command::Unsubscribe(asked) => asked.filter.to_string(),
        Command::Publish(asked) => asked.topic.to_string(),
        Command::Put(asked) => format!("{} ({})", asked.path, asked.kind),
        Command::Remove(asked) if asked.recursive => format!("{} and everything below", asked.path),
        Command::Remove(asked) => asked.path.to_string(),
        Command::Link(asked) => format!("{} {} {}", asked.from, asked.relation, asked.to),
        Command::Grant(asked) => format!("{} can {}", asked.holder, asked.scope),
        Command::Revoke(asked) => format!("grant {}", asked.grant),
    }
}

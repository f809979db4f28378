//! A record in a few words.

use serde_json::{Map, Value};
use weft_runtime::api::json::{Decision, Record};

/// The ruling in one word; those that kept a command from taking effect in capitals.
pub(crate) fn ruled(decision: &Decision) -> &'static str {
    match (&decision.rejection, &*decision.verdict) {
        (Some(_), _) => "REJECTED",
        (None, "permit") => "permit",
        (None, "warn") => "warn",
        (None, "defer") => "DEFERRED",
        (None, _) => "DENIED",
    }
}

/// What was asked for and, if it was refused, why.
pub(crate) fn summary(record: &Record) -> String {
    let asked = asked(record);
    match why_not(&record.decision) {
        Some(reason) if asked.is_empty() => reason,
        Some(reason) => format!("{asked}: {reason}"),
        None => asked,
    }
}

fn why_not(decision: &Decision) -> Option<String> {
    if let Some(rejection) = &decision.rejection {
        return Some(rejection.detail.clone());
    }
    if matches!(&*decision.verdict, "permit" | "warn") {
        return None;
    }
    let mut findings = decision.findings.iter();
    findings
        .find(|finding| finding.verdict == decision.verdict)
        .map(|finding| finding.detail.clone())
}

/// The arguments of a command, by name.
struct Arguments(Map<String, Value>);

impl Arguments {
    fn of(record: &Record) -> Arguments {
        match serde_json::to_value(&record.request) {
            Ok(Value::Object(arguments)) => Arguments(arguments),
            Ok(_) | Err(_) => Arguments(Map::new()),
        }
    }

    /// An argument as text; nothing where there is none.
    fn text(&self, name: &str) -> String {
        match self.0.get(name) {
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => String::new(),
        }
    }

    fn is_set(&self, name: &str) -> bool {
        self.0.get(name) == Some(&Value::Bool(true))
    }

    fn scopes(&self) -> Vec<&str> {
        let rights = self.0.get("can").and_then(Value::as_array).into_iter().flatten();
        rights.filter_map(|right| right.get("scope").and_then(Value::as_str)).collect()
    }
}

/// A later version may know more kinds: of these the name has to do.
fn asked(record: &Record) -> String {
    let arguments = Arguments::of(record);
    let text = |name| arguments.text(name);
    match record.kind.as_str() {
        "unrecognised" => text("method"),
        "log.genesis" => text("origin"),
        "log.redact" => format!("record {}: {}", text("seq"), text("reason")),
        "log.rotate_key" => format!("to {}", text("new_key")),
        "kernel.snapshot" => format!("record {} state {}", text("seq"), text("state_version")),
        "kernel.boot" => format!("gate {} state {}", text("gate_version"), text("state_version")),
        "governance.suppressed" => {
            format!("{} refusals of {} not recorded", text("count"), text("tree"))
        }
        "process.spawn" => {
            format!("{} {}", text("name"), arguments.scopes().join(" ")).trim_end().to_owned()
        }
        "process.started" => format!("process {} generation {}", text("pid"), text("generation")),
        "process.exited" => {
            let (pid, generation) = (text("pid"), text("generation"));
            format!("process {pid} generation {generation} {}", text("outcome"))
        }
        "process.stop" => text("target"),
        "ipc.send" => format!("to {}", text("to")),
        "ipc.ack" => format!("message {}", text("message")),
        "topic.subscribe" | "topic.unsubscribe" => text("filter"),
        "topic.publish" => text("topic"),
        "tree.put" => format!("{} ({})", text("path"), text("kind")),
        "tree.remove" if arguments.is_set("recursive") => {
            format!("{} and everything below", text("path"))
        }
        "tree.remove" => text("path"),
        "causal.link" => format!("{} {} {}", text("from"), text("relation"), text("to")),
        "capability.grant" => format!("{} can {}", text("holder"), text("scope")),
        "capability.revoke" => format!("grant {}", text("grant")),
        _ => String::new(),
    }
}

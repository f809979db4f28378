//! What was asked for.

use crate::render::processes::outcome;
use crate::when::rfc3339;
use serde::Serialize;
use weft_commands::Command;
use weft_commands::requests::log::{Fork, Genesis};
use weft_commands::requests::process::GrantRequest;
use weft_projections::events::Restart;

/// A command's arguments under their names, and the effect that the caller raised it to.
#[derive(Debug, Serialize)]
pub(crate) struct Request {
    #[serde(flatten)]
    arguments: Arguments,
    #[serde(skip_serializing_if = "Option::is_none")]
    effect_raise: Option<Effect>,
}

/// Five values in thousandths.
#[derive(Debug, Serialize)]
pub(crate) struct Effect {
    risk: u16,
    fairness: u16,
    privacy: u16,
    novelty: u16,
    security: u16,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Arguments {
    Unrecognised { method: String },
    Genesis(Box<Founding>),
    Boot { gate_version: u32, state_version: u32 },
    Shutdown {},
    Suppressed { tree: String, count: u64, minute: u64 },
    Spawn { name: String, restart: &'static str, backend: &'static str, can: Vec<Right> },
    Started { pid: u64, generation: u32, token: Option<String> },
    Exited { pid: u64, generation: u32, outcome: String },
    Stop { target: String },
    Send { to: String },
    Ack { message: u64 },
    Filter { filter: String },
    Publish { topic: String },
    Put { path: String, kind: String, meta_keys: Vec<String> },
    Remove { path: String, recursive: bool },
    Link { from: String, to: String, relation: &'static str, weight: u16 },
    Grant { holder: String, scope: String, delegable: bool, expires: Option<String> },
    Revoke { grant: String },
}

#[derive(Debug, Serialize)]
struct Founding {
    origin: String,
    log_key: String,
    constitution: String,
    entropy: String,
    operator_key: String,
    fork: Option<ForkedFrom>,
}

#[derive(Debug, Serialize)]
struct ForkedFrom {
    log_id: String,
    seq: u64,
    link: String,
}

#[derive(Debug, Serialize)]
struct Right {
    scope: String,
    delegable: bool,
    expires: Option<String>,
}

impl Request {
    pub(crate) fn new(
        command: &Command,
        effect_raise: Option<weft_projections::Effect>,
    ) -> Request {
        Request { arguments: arguments(command), effect_raise: effect_raise.map(Effect::from) }
    }
}

impl From<weft_projections::Effect> for Effect {
    fn from(effect: weft_projections::Effect) -> Effect {
        let [risk, fairness, privacy, novelty, security] = effect.to_array();
        Effect { risk, fairness, privacy, novelty, security }
    }
}

/// The word for when a process is started again.
pub(crate) fn restart(restart: Restart) -> &'static str {
    match restart {
        Restart::Never => "never",
        Restart::OnFailure => "on_failure",
    }
}

fn arguments(command: &Command) -> Arguments {
    match command {
        Command::Unrecognised(asked) => {
            Arguments::Unrecognised { method: asked.method.as_str().to_owned() }
        }
        Command::Genesis(asked) => Arguments::Genesis(Box::new(founding(asked))),
        Command::Boot(asked) => {
            Arguments::Boot { gate_version: asked.gate_version, state_version: asked.state_version }
        }
        Command::Shutdown(_) => Arguments::Shutdown {},
        Command::Suppressed(asked) => Arguments::Suppressed {
            tree: asked.tree.to_string(),
            count: asked.count,
            minute: asked.minute,
        },
        Command::Spawn(asked) => Arguments::Spawn {
            name: asked.name.to_string(),
            restart: restart(asked.restart),
            backend: asked.backend.name(),
            can: asked.can.iter().map(right).collect(),
        },
        Command::Started(asked) => Arguments::Started {
            pid: asked.pid.get(),
            generation: asked.generation.get(),
            token: asked.token.map(|digest| digest.to_string()),
        },
        Command::Exited(asked) => Arguments::Exited {
            pid: asked.pid.get(),
            generation: asked.generation.get(),
            outcome: outcome(asked.outcome),
        },
        Command::Stop(asked) => Arguments::Stop { target: asked.target.to_string() },
        Command::Send(asked) => Arguments::Send { to: asked.to.to_string() },
        Command::Ack(asked) => Arguments::Ack { message: asked.message.0 },
        Command::Subscribe(asked) => Arguments::Filter { filter: asked.filter.to_string() },
        Command::Unsubscribe(asked) => Arguments::Filter { filter: asked.filter.to_string() },
        Command::Publish(asked) => Arguments::Publish { topic: asked.topic.to_string() },
        Command::Put(asked) => Arguments::Put {
            path: asked.path.to_string(),
            kind: asked.kind.to_string(),
            meta_keys: asked.meta_keys.iter().map(ToString::to_string).collect(),
        },
        Command::Remove(asked) => {
            Arguments::Remove { path: asked.path.to_string(), recursive: asked.recursive }
        }
        Command::Link(asked) => Arguments::Link {
            from: asked.from.to_string(),
            to: asked.to.to_string(),
            relation: asked.relation.name(),
            weight: asked.weight,
        },
        Command::Grant(asked) => Arguments::Grant {
            holder: asked.holder.to_string(),
            scope: asked.scope.to_string(),
            delegable: asked.delegable,
            expires: asked.expires.map(rfc3339),
        },
        Command::Revoke(asked) => Arguments::Revoke { grant: asked.grant.to_string() },
    }
}

fn founding(asked: &Genesis) -> Founding {
    let fork = |Fork { log_id, seq, link }: &Fork| ForkedFrom {
        log_id: log_id.to_string(),
        seq: seq.0,
        link: link.to_string(),
    };
    Founding {
        origin: asked.origin.clone(),
        log_key: asked.log_key.to_string(),
        constitution: asked.constitution.clone(),
        entropy: asked.entropy.to_string(),
        operator_key: asked.operator_key.to_string(),
        fork: asked.fork.as_ref().map(fork),
    }
}

fn right(asked: &GrantRequest) -> Right {
    Right {
        scope: asked.scope.to_string(),
        delegable: asked.delegable,
        expires: asked.expires.map(rfc3339),
    }
}

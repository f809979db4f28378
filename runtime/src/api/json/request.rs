//! What was asked for.

use super::Word;
use super::process::outcome;
use super::time::rfc3339;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use weft_commands::Command;
use weft_commands::requests::log::{Fork, Genesis};
use weft_commands::requests::process::GrantRequest;
use weft_projections::events::Restart;

/// A command's arguments under their names, and the effect that the caller raised it to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Request {
    #[serde(flatten)]
    arguments: Arguments,
    #[serde(skip_serializing_if = "Option::is_none")]
    effect_raise: Option<Effect>,
}

/// Five values in thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    /// Of harm.
    pub risk: u16,
    /// Of treating people unlike.
    pub fairness: u16,
    /// Of telling what is private.
    pub privacy: u16,
    /// Of something that was never done.
    pub novelty: u16,
    /// Of weakening the defences.
    pub security: u16,
}

/// What was made here has its own form; what was read elsewhere is a map.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(untagged)]
enum Arguments {
    #[serde(skip_deserializing)]
    Unrecognised {
        method: String,
    },
    #[serde(skip_deserializing)]
    Genesis(Box<Founding>),
    #[serde(skip_deserializing)]
    Redact {
        seq: u64,
        reason: String,
    },
    #[serde(skip_deserializing)]
    RotateKey {
        new_key: String,
    },
    #[serde(skip_deserializing)]
    Snapshot {
        seq: u64,
        state_version: u32,
        root: String,
    },
    #[serde(skip_deserializing)]
    Boot {
        gate_version: u32,
        state_version: u32,
    },
    #[serde(skip_deserializing)]
    Shutdown {},
    #[serde(skip_deserializing)]
    Suppressed {
        tree: String,
        count: u64,
        minute: u64,
    },
    #[serde(skip_deserializing)]
    Spawn {
        name: String,
        restart: Word,
        backend: Word,
        can: Vec<Right>,
    },
    #[serde(skip_deserializing)]
    Started {
        pid: u64,
        generation: u32,
        token: Option<String>,
    },
    #[serde(skip_deserializing)]
    Exited {
        pid: u64,
        generation: u32,
        outcome: String,
    },
    #[serde(skip_deserializing)]
    Stop {
        target: String,
    },
    #[serde(skip_deserializing)]
    Send {
        to: String,
    },
    #[serde(skip_deserializing)]
    Ack {
        message: u64,
    },
    #[serde(skip_deserializing)]
    Filter {
        filter: String,
    },
    #[serde(skip_deserializing)]
    Publish {
        topic: String,
    },
    #[serde(skip_deserializing)]
    Put {
        path: String,
        kind: String,
        meta_keys: Vec<String>,
    },
    #[serde(skip_deserializing)]
    Remove {
        path: String,
        recursive: bool,
    },
    #[serde(skip_deserializing)]
    Link {
        from: String,
        to: String,
        relation: Word,
        weight: u16,
    },
    #[serde(skip_deserializing)]
    Grant {
        holder: String,
        scope: String,
        delegable: bool,
        expires: Option<String>,
    },
    #[serde(skip_deserializing)]
    Revoke {
        grant: String,
    },
    Read(Map<String, Value>),
}

#[derive(Debug, Clone, Serialize)]
struct Founding {
    origin: String,
    log_key: String,
    constitution: String,
    entropy: String,
    operator_key: String,
    fork: Option<ForkedFrom>,
}

#[derive(Debug, Clone, Serialize)]
struct ForkedFrom {
    log_id: String,
    seq: u64,
    link: String,
}

#[derive(Debug, Clone, Serialize)]
struct Right {
    scope: String,
    delegable: bool,
    expires: Option<String>,
}

impl Request {
    /// What was asked for.
    pub fn new(command: &Command, effect_raise: Option<weft_projections::Effect>) -> Request {
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
pub fn restart(restart: Restart) -> &'static str {
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
        Command::Redact(asked) => {
            Arguments::Redact { seq: asked.seq.0, reason: asked.reason.to_string() }
        }
        Command::RotateKey(asked) => Arguments::RotateKey { new_key: asked.new_key.to_string() },
        Command::Snapshot(asked) => Arguments::Snapshot {
            seq: asked.seq.0,
            state_version: asked.state_version,
            root: asked.root.to_string(),
        },
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
            restart: restart(asked.restart).into(),
            backend: asked.backend.name().into(),
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
            relation: asked.relation.name().into(),
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

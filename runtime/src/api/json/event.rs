//! What happened.

use super::Word;
use super::process::outcome;
use super::request::restart;
use super::time::rfc3339;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use weft_projections::events::{self, Next};
use weft_projections::{GrantId, Seq};

/// An event: its type and its fields under their names.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Event {
    /// Its type (docs/events.md).
    #[serde(rename = "type")]
    pub name: Word,
    #[serde(flatten)]
    fields: Fields,
}

/// What was made here has its own form; what was read elsewhere is a map.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(untagged)]
enum Fields {
    #[serde(skip_deserializing)]
    Genesis(Box<Genesis>),
    #[serde(skip_deserializing)]
    Redacted {
        seq: u64,
        reason: String,
    },
    #[serde(skip_deserializing)]
    KeyRotated {
        new_key: String,
        signature: String,
    },
    #[serde(skip_deserializing)]
    SnapshotClaimed {
        seq: u64,
        state_version: u32,
        root: String,
    },
    #[serde(skip_deserializing)]
    Booted {
        boot: u32,
        gate_version: u32,
        state_version: u32,
    },
    #[serde(skip_deserializing)]
    Halted {
        boot: u32,
    },
    #[serde(skip_deserializing)]
    Suppressed {
        tree: String,
        count: u64,
        minute: u64,
    },
    #[serde(skip_deserializing)]
    Spawned {
        pid: u64,
        name: String,
        parent: String,
        restart: Word,
        backend: Word,
        grants: Vec<Grant>,
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
        next: Word,
    },
    #[serde(skip_deserializing)]
    Stopping {
        pid: u64,
    },
    #[serde(skip_deserializing)]
    Sent {
        to: u64,
    },
    #[serde(skip_deserializing)]
    Acked {
        pid: u64,
        message: u64,
    },
    #[serde(skip_deserializing)]
    Subscription {
        pid: u64,
        filter: String,
    },
    #[serde(skip_deserializing)]
    Published {
        topic: String,
    },
    #[serde(skip_deserializing)]
    Stored {
        path: String,
        kind: String,
        meta_keys: Vec<String>,
    },
    #[serde(skip_deserializing)]
    Removed {
        path: String,
    },
    #[serde(skip_deserializing)]
    Linked {
        from: String,
        to: String,
        relation: Word,
        weight: u16,
    },
    #[serde(skip_deserializing)]
    Granted {
        holder: String,
        grant: Grant,
    },
    #[serde(skip_deserializing)]
    Revoked {
        grant: String,
    },
    Read(Map<String, Value>),
}

#[derive(Debug, Clone, Serialize)]
struct Genesis {
    origin: String,
    log_key: String,
    constitution: String,
    entropy: String,
    operator_key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    fork: Option<Fork>,
}

#[derive(Debug, Clone, Serialize)]
struct Fork {
    log_id: String,
    seq: u64,
    link: String,
}

#[derive(Debug, Clone, Serialize)]
struct Grant {
    id: String,
    scope: String,
    parent: Option<String>,
    expires: Option<String>,
    delegable: bool,
}

impl Event {
    /// An event of the record `seq`, after which its grants are named.
    pub fn new(seq: Seq, event: &weft_projections::Event) -> Event {
        Event { name: event.name().into(), fields: fields(seq, event) }
    }
}

fn fields(seq: Seq, event: &weft_projections::Event) -> Fields {
    use weft_projections::Event as Happened;
    match event {
        Happened::LogGenesis(event) => Fields::Genesis(Box::new(genesis(event))),
        Happened::LogRedacted(event) => {
            Fields::Redacted { seq: event.seq.0, reason: event.reason.to_string() }
        }
        Happened::LogKeyRotated(event) => Fields::KeyRotated {
            new_key: event.new_key.to_string(),
            signature: event.signature.to_string(),
        },
        Happened::KernelSnapshotClaimed(event) => Fields::SnapshotClaimed {
            seq: event.seq.0,
            state_version: event.state_version,
            root: event.root.to_string(),
        },
        Happened::KernelBooted(event) => Fields::Booted {
            boot: event.boot,
            gate_version: event.gate_version,
            state_version: event.state_version,
        },
        Happened::KernelHalted(event) => Fields::Halted { boot: event.boot },
        Happened::GovernanceSuppressed(event) => Fields::Suppressed {
            tree: event.tree.to_string(),
            count: event.count,
            minute: event.minute,
        },
        Happened::ProcessSpawned(event) => spawned(seq, event),
        Happened::ProcessStarted(event) => Fields::Started {
            pid: event.pid.get(),
            generation: event.generation.get(),
            token: event.token.map(|digest| digest.to_string()),
        },
        Happened::ProcessExited(event) => exited(event),
        Happened::ProcessStopping(event) => Fields::Stopping { pid: event.pid.get() },
        Happened::IpcSent(event) => Fields::Sent { to: event.to.get() },
        Happened::IpcAcked(event) => {
            Fields::Acked { pid: event.pid.get(), message: event.message.0 }
        }
        Happened::TopicSubscribed(event) => {
            Fields::Subscription { pid: event.pid.get(), filter: event.filter.to_string() }
        }
        Happened::TopicUnsubscribed(event) => {
            Fields::Subscription { pid: event.pid.get(), filter: event.filter.to_string() }
        }
        Happened::TopicPublished(event) => Fields::Published { topic: event.topic.to_string() },
        Happened::ResourceStored(event) => Fields::Stored {
            path: event.path.to_string(),
            kind: event.kind.to_string(),
            meta_keys: event.meta_keys.iter().map(ToString::to_string).collect(),
        },
        Happened::ResourceRemoved(event) => Fields::Removed { path: event.path.to_string() },
        Happened::CausalLinked(event) => Fields::Linked {
            from: event.from.to_string(),
            to: event.to.to_string(),
            relation: event.relation.name().into(),
            weight: event.weight,
        },
        Happened::CapabilityGranted(event) => Fields::Granted {
            holder: event.holder.to_string(),
            grant: grant(GrantId { seq, index: 0 }, &event.grant),
        },
        Happened::CapabilityRevoked(event) => Fields::Revoked { grant: event.grant.to_string() },
    }
}

fn genesis(event: &events::LogGenesis) -> Genesis {
    let fork = |fork: events::Fork| Fork {
        log_id: fork.log_id.to_string(),
        seq: fork.seq.0,
        link: fork.link.to_string(),
    };
    Genesis {
        origin: event.origin.clone(),
        log_key: event.log_key.to_string(),
        constitution: event.constitution.to_string(),
        entropy: event.entropy.to_string(),
        operator_key: event.operator_key.to_string(),
        fork: event.fork.map(fork),
    }
}

fn spawned(seq: Seq, event: &events::ProcessSpawned) -> Fields {
    let grants = event.grants.iter().zip(0..);
    Fields::Spawned {
        pid: event.pid.get(),
        name: event.name.to_string(),
        parent: event.parent.to_string(),
        restart: restart(event.restart).into(),
        backend: event.backend.name().into(),
        grants: grants.map(|(given, index)| grant(GrantId { seq, index }, given)).collect(),
    }
}

fn exited(event: &events::ProcessExited) -> Fields {
    let next = match event.next {
        Next::Exited => "exited",
        Next::Restarting => "restarting",
    };
    Fields::Exited {
        pid: event.pid.get(),
        generation: event.generation.get(),
        outcome: outcome(event.outcome),
        next: next.into(),
    }
}

fn grant(id: GrantId, grant: &events::Grant) -> Grant {
    Grant {
        id: id.to_string(),
        scope: grant.scope.to_string(),
        parent: grant.parent.map(|parent| parent.to_string()),
        expires: grant.expires.map(rfc3339),
        delegable: grant.delegable,
    }
}

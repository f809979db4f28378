//! What happened.

use super::request::restart;
use crate::render::processes::outcome;
use crate::when::rfc3339;
use serde::Serialize;
use weft_projections::events::{self, Next};
use weft_projections::{GrantId, Seq};

/// An event: its type and its fields under their names.
#[derive(Debug, Serialize)]
pub(crate) struct Event {
    #[serde(rename = "type")]
    name: &'static str,
    #[serde(flatten)]
    fields: Fields,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Fields {
    Genesis(Box<Genesis>),
    Booted {
        boot: u32,
        gate_version: u32,
        state_version: u32,
    },
    Halted {
        boot: u32,
    },
    Suppressed {
        tree: String,
        count: u64,
        minute: u64,
    },
    Spawned {
        pid: u64,
        name: String,
        parent: String,
        restart: &'static str,
        backend: &'static str,
        grants: Vec<Grant>,
    },
    Started {
        pid: u64,
        generation: u32,
        token: Option<String>,
    },
    Exited {
        pid: u64,
        generation: u32,
        outcome: String,
        next: &'static str,
    },
    Stopping {
        pid: u64,
    },
    Sent {
        to: u64,
    },
    Acked {
        pid: u64,
        message: u64,
    },
    Subscription {
        pid: u64,
        filter: String,
    },
    Published {
        topic: String,
    },
    Stored {
        path: String,
        kind: String,
        meta_keys: Vec<String>,
    },
    Removed {
        path: String,
    },
    Linked {
        from: String,
        to: String,
        relation: &'static str,
        weight: u16,
    },
    Granted {
        holder: String,
        grant: Grant,
    },
    Revoked {
        grant: String,
    },
}

#[derive(Debug, Serialize)]
struct Genesis {
    origin: String,
    log_key: String,
    constitution: String,
    entropy: String,
    operator_key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    fork: Option<Fork>,
}

#[derive(Debug, Serialize)]
struct Fork {
    log_id: String,
    seq: u64,
    link: String,
}

#[derive(Debug, Serialize)]
struct Grant {
    id: String,
    scope: String,
    parent: Option<String>,
    expires: Option<String>,
    delegable: bool,
}

impl Event {
    /// An event of the record `seq`, after which its grants are named.
    pub(crate) fn new(seq: Seq, event: &weft_projections::Event) -> Event {
        Event { name: event.name(), fields: fields(seq, event) }
    }
}

fn fields(seq: Seq, event: &weft_projections::Event) -> Fields {
    use weft_projections::Event as Happened;
    match event {
        Happened::LogGenesis(event) => Fields::Genesis(Box::new(genesis(event))),
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
            relation: event.relation.name(),
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
        restart: restart(event.restart),
        backend: event.backend.name(),
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
        next,
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

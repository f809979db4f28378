//! A process.

use super::Word;
use super::time::rfc3339;
use serde::{Deserialize, Serialize};
use weft_projections::State;
use weft_projections::events::Outcome;
use weft_projections::state::Row;

/// A process in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Process {
    /// Its number.
    pub pid: u64,
    /// Its name.
    pub name: String,
    /// Where it is in its life.
    pub state: Word,
    /// Which of its runs.
    pub generation: u32,
    /// How often it was started again.
    pub restarts: u32,
    /// Who made it.
    pub parent: String,
    /// Messages in its inbox.
    pub inbox: u64,
    /// When `state` last changed, RFC 3339.
    pub since: String,
    /// How its last run ended.
    pub exit: Option<String>,
    /// The record that made it.
    pub spawned: u64,
    /// Messages it has sent and published.
    pub messages_sent: u64,
    /// What runs it.
    pub backend: Word,
}

/// Everything of one process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessDetails {
    /// What a list shows of it.
    #[serde(flatten)]
    pub process: Process,
    /// The process that began its spawn tree.
    pub root: String,
    /// When it is started again.
    pub restart: Word,
    /// When it was made, RFC 3339.
    pub spawned_at: String,
    /// The record that last changed `state`.
    pub changed: u64,
    /// Runs that failed by themselves, one after another, up to now.
    pub failures: u32,
    /// Its subscriptions.
    pub subscriptions: Vec<String>,
    /// Its rights.
    pub grants: Vec<HeldGrant>,
}

/// A right that somebody holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldGrant {
    /// Its id, which `capability.revoke` takes.
    pub id: String,
    /// The right, `ACTION:OBJECT`.
    pub scope: String,
    /// The grant it comes from.
    pub parent: Option<String>,
    /// When it ends, RFC 3339.
    pub expires: Option<String>,
    /// Whether its holder may hand it on.
    pub delegable: bool,
}

impl Process {
    /// The process of `row`.
    pub fn new(state: &State, row: &Row) -> Process {
        Process {
            pid: row.pid.get(),
            name: row.name.to_string(),
            state: row.state.name().into(),
            generation: row.generation.get(),
            restarts: row.restarts,
            parent: row.parent.to_string(),
            inbox: state.ipc_routes.inbox_len(row.pid).unwrap_or_default() as u64,
            since: rfc3339(row.changed_at),
            exit: row.exit.map(outcome),
            spawned: row.spawned.0,
            messages_sent: row.messages_sent,
            backend: row.backend.name().into(),
        }
    }

    /// Whether its last run failed: a word of the same alphabet as `exit`.
    pub fn has_failed(&self) -> bool {
        self.exit.as_deref().is_some_and(|exit| !matches!(exit, "code:0" | "stopped"))
    }
}

/// How a run ended, as one word with its number.
pub fn outcome(outcome: Outcome) -> String {
    match outcome {
        Outcome::Code(code) => format!("code:{code}"),
        Outcome::Signal(signal) => format!("signal:{signal}"),
        Outcome::Lost => "lost".to_owned(),
        Outcome::Stopped => "stopped".to_owned(),
    }
}

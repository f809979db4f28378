//! What the demo waits for, seen in the log as it grows.

use super::names::Role;
use super::{Error, limits};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;
use weft_runtime::api::json::Record;
use weft_runtime::api::{Client, Notice};

/// A follower of the log, from its first record on.
pub(crate) struct Watch {
    client: Client,
    pids: BTreeMap<Role, u64>,
    seen: Seen,
}

/// What the log has shown up to now.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Which run of each agent was started last.
    started: BTreeMap<Role, u64>,
    /// Runs of each agent that failed by themselves.
    failed: BTreeMap<Role, u32>,
    /// Agents that have ended as they were asked to.
    stopped: BTreeSet<Role>,
    /// Findings that each agent has published.
    published: BTreeMap<Role, u64>,
    /// Whether the reporter listens.
    pub(crate) is_heard: bool,
    /// Whether an agent was denied something.
    pub(crate) is_denied: bool,
    /// Files in the report.
    pub(crate) stored: u64,
    /// Messages that were taken out of inboxes.
    pub(crate) acknowledged: u64,
}

#[derive(Deserialize)]
struct Recorded {
    record: Record,
}

#[derive(Deserialize)]
struct Ended {
    reason: String,
}

impl Seen {
    /// Which run of the agent was started last; 0 before the first.
    pub(crate) fn generation(&self, role: Role) -> u64 {
        self.started.get(&role).copied().unwrap_or_default()
    }

    /// Whether all agents have ended as they were asked to.
    pub(crate) fn is_over(&self) -> bool {
        Role::ALL.into_iter().all(|role| self.stopped.contains(&role))
    }

    /// How many findings the agent has published.
    pub(crate) fn published(&self, role: Role) -> u64 {
        self.published.get(&role).copied().unwrap_or_default()
    }
}

impl Watch {
    /// Begins to follow. `pids` are the agents' processes.
    ///
    /// # Errors
    /// [`Error::Call`].
    pub(crate) fn begin(mut client: Client, pids: BTreeMap<Role, u64>) -> Result<Watch, Error> {
        let _: Value =
            client.call("log.follow", &json!({"from": 0})).map_err(Error::call("log.follow"))?;
        client.set_answer_time_max(limits::SILENCE_MAX).map_err(Error::call("log.follow"))?;
        Ok(Watch { client, pids, seen: Seen::default() })
    }

    /// Waits until the log shows what `is_enough` looks for.
    ///
    /// # Errors
    /// [`Error::Stalled`] when nothing happens, [`Error::GaveUp`] when an agent fails again and again,
    /// [`Error::Call`] when the kernel is gone.
    pub(crate) fn until(&mut self, is_enough: impl Fn(&Seen) -> bool) -> Result<(), Error> {
        while !is_enough(&self.seen) {
            let begun = Instant::now();
            let notice = self.client.notice().map_err(|error| {
                if begun.elapsed() >= limits::SILENCE_MAX {
                    Error::Stalled
                } else {
                    Error::call("log.follow")(error)
                }
            })?;
            self.take(&notice)?;
        }
        Ok(())
    }

    fn take(&mut self, notice: &Notice) -> Result<(), Error> {
        let params = notice.params.get();
        if notice.method != "log.record" {
            let ended: Ended = serde_json::from_str(params).map_err(Error::Message)?;
            return Err(Error::Ended(format!("it follows no longer: {}", ended.reason)));
        }
        let recorded: Recorded = serde_json::from_str(params).map_err(Error::Message)?;
        self.note(&recorded.record)
    }

    fn note(&mut self, record: &Record) -> Result<(), Error> {
        let actor = self.role_of(record.actor.strip_prefix("process:"));
        let took_effect =
            record.rejected.is_none() && matches!(&*record.verdict, "permit" | "warn");
        if !took_effect {
            self.seen.is_denied |= actor.is_some() && &*record.verdict == "deny";
            return Ok(());
        }
        match (record.kind.as_str(), actor) {
            ("topic.subscribe", Some(_)) => self.seen.is_heard = true,
            ("topic.publish", Some(role)) => *self.seen.published.entry(role).or_default() += 1,
            ("tree.put", Some(_)) => self.seen.stored += 1,
            ("ipc.ack", Some(_)) => self.seen.acknowledged += 1,
            ("process.started", None) => self.note_start(record)?,
            ("process.exited", None) => self.note_end(record)?,
            _ => {}
        }
        Ok(())
    }

    fn note_start(&mut self, record: &Record) -> Result<(), Error> {
        let request = request(record)?;
        let generation = request.get("generation").and_then(Value::as_u64);
        if let (Some(role), Some(generation)) = (self.named(&request), generation) {
            self.seen.started.insert(role, generation);
        }
        Ok(())
    }

    fn note_end(&mut self, record: &Record) -> Result<(), Error> {
        let request = request(record)?;
        let Some(role) = self.named(&request) else { return Ok(()) };
        let outcome = request.get("outcome").and_then(Value::as_str).unwrap_or_default();
        if outcome == "stopped" {
            self.seen.stopped.insert(role);
        } else if outcome.starts_with("code:") {
            let failed = self.seen.failed.entry(role).or_default();
            *failed += 1;
            if *failed > limits::FAILURES_MAX {
                return Err(Error::GaveUp { agent: role, outcome: outcome.to_owned() });
            }
        }
        Ok(())
    }

    fn named(&self, request: &Value) -> Option<Role> {
        let pid = request.get("pid")?.as_u64()?;
        self.pids.iter().find(|(_, named)| **named == pid).map(|(role, _)| *role)
    }

    fn role_of(&self, pid: Option<&str>) -> Option<Role> {
        let pid: u64 = pid?.parse().ok()?;
        self.pids.iter().find(|(_, named)| **named == pid).map(|(role, _)| *role)
    }
}

fn request(record: &Record) -> Result<Value, Error> {
    serde_json::to_value(&record.request).map_err(Error::Message)
}

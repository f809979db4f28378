//! The story as the log tells it: nothing here remembers what the agents said while they ran.

use super::message::{Measured, Message};
use super::names::{self, Role};
use super::story::{Denial, Fall, Once, Reported, Shown};
use super::{Counts, Error, limits, state};
use std::collections::BTreeMap;
use std::path::Path;
use weft_commands::Command;
use weft_commands::requests::process::{Exited, Started};
use weft_ledger::{Entry, Payload};
use weft_projections::events::Outcome;
use weft_projections::{Actor, Generation, Pid, Seq, State, Verdict};
use weft_runtime::api::json::{Process, metadata};
use weft_runtime::{Inspection, Native, view};

/// A stopped node, read from its first record to its last.
pub(crate) struct Evidence {
    inspection: Inspection<Native>,
    boots: Vec<Seq>,
    sends: Vec<Seq>,
    denied: Option<Seq>,
    runs: Vec<Run>,
    steps: BTreeMap<String, Steps>,
    acknowledged: u64,
}

/// The beginning of a run of a process, or its end by a signal.
#[derive(Debug, Clone, Copy)]
struct Run {
    seq: Seq,
    pid: Pid,
    generation: Generation,
    signal: Option<i32>,
}

/// How often one file was handed out, published and stored.
#[derive(Debug, Default, Clone, Copy)]
struct Steps {
    handed_out: u64,
    published: u64,
    stored: u64,
}

impl Evidence {
    /// Reads the log in `data_dir`.
    ///
    /// # Errors
    /// [`Error::Runtime`] when it cannot be read.
    pub(crate) fn read(data_dir: &Path) -> Result<Evidence, Error> {
        let inspection = Inspection::open(&Native::new(data_dir))?;
        let last = inspection.published.head.seq.0;
        let mut evidence = Evidence {
            inspection,
            boots: Vec::new(),
            sends: Vec::new(),
            denied: None,
            runs: Vec::new(),
            steps: BTreeMap::new(),
            acknowledged: 0,
        };
        let reader = evidence.inspection.reader().clone();
        for entry in reader.range(0..last + 1) {
            let entry = entry.map_err(weft_runtime::Error::from)?;
            evidence.take(&entry)?;
        }
        Ok(evidence)
    }

    /// State at the end.
    pub(crate) fn state(&self) -> &State {
        &self.inspection.published.state
    }

    /// The last record and its link.
    pub(crate) fn head(&self) -> weft_runtime::Head {
        self.inspection.published.head
    }

    /// The record of the second boot, and State as of the record before it: what the kill left.
    ///
    /// # Errors
    /// [`Error::Untold`] when the kernel booted only once.
    pub(crate) fn at_kill(&self) -> Result<(Seq, State), Error> {
        let booted = self.boots.get(1).ok_or(Error::Untold("second boot"))?;
        let before = Seq(booted.0.saturating_sub(1));
        Ok((*booted, self.inspection.state_at(before)?))
    }

    /// The first end by a signal, and the run that came after it.
    ///
    /// # Errors
    /// [`Error::Untold`] when no process ended so.
    pub(crate) fn fall(&self, os_pid: u32) -> Result<Fall, Error> {
        let ended = self.runs.iter().find_map(|run| Some((run, run.signal?)));
        let (ended, signal) = ended.ok_or(Error::Untold("end by a signal"))?;
        let is_next = |run: &&Run| run.pid == ended.pid && run.generation > ended.generation;
        let next = self.runs.iter().find(is_next).ok_or(Error::Untold("run after a signal"))?;
        let before = self.inspection.state_at(Seq(ended.seq.0.saturating_sub(1)))?;
        let waiting = before.ipc_routes.inbox_len(ended.pid).unwrap_or_default();
        Ok(Fall {
            agent: self.actor(Actor::Process(ended.pid)),
            process: os_pid,
            signal,
            seq: ended.seq.0,
            waiting: waiting as u64,
            generation: next.generation.get(),
            started_seq: next.seq.0,
        })
    }

    /// How many files had been handed out before the record `seq`.
    pub(crate) fn handed_out_before(&self, seq: Seq) -> u64 {
        self.sends.iter().filter(|send| **send < seq).count() as u64
    }

    /// The first record that the gate denied.
    ///
    /// # Errors
    /// [`Error::Untold`] when there is none.
    pub(crate) fn denied(&self) -> Result<Entry<'static>, Error> {
        let seq = self.denied.ok_or(Error::Untold("denied command"))?;
        self.entry(seq)
    }

    /// What was denied, and why.
    ///
    /// # Errors
    /// [`Error::Untold`] when nothing was.
    pub(crate) fn denial(&self) -> Result<Denial, Error> {
        let seen = view(&self.denied()?)?;
        let Command::Remove(remove) = &seen.command else {
            return Err(Error::Untold("denied tree.remove"));
        };
        let findings = seen.ruling.decision.findings.iter();
        Ok(Denial {
            seq: seen.record.seq.0,
            agent: self.actor(seen.record.actor),
            command: seen.command.name().to_owned(),
            object: remove.path.to_string(),
            findings: findings
                .filter(|finding| finding.verdict() > Verdict::Permit)
                .map(ToString::to_string)
                .collect(),
        })
    }

    /// How often each step happened for each of the files in the tree.
    pub(crate) fn once(&self) -> Once {
        let files = state::files(self.state());
        let steps = |file: &String| self.steps.get(file).copied().unwrap_or_default();
        let any = |file: &String, test: fn(u64) -> bool| {
            let Steps { handed_out, published, stored } = steps(file);
            [handed_out, published, stored].into_iter().any(test)
        };
        let sum = |part: fn(&Steps) -> u64| self.steps.values().map(part).sum();
        Once {
            files: files.len() as u64,
            handed_out: sum(|steps| steps.handed_out),
            published: sum(|steps| steps.published),
            stored: sum(|steps| steps.stored),
            acknowledged: self.acknowledged,
            lost: files.iter().filter(|file| any(file, |times| times == 0)).cloned().collect(),
            twice: files.iter().filter(|file| any(file, |times| times > 1)).cloned().collect(),
        }
    }

    /// The report, from the metadata of the resources below its root.
    ///
    /// # Errors
    /// [`Error::Untold`] when one has no metadata that can be read.
    pub(crate) fn report(&self) -> Result<Vec<Reported>, Error> {
        let (root, state) = (names::reports(), self.state());
        let paths = state::resources(state, &root, names::KIND_COUNT);
        paths.into_iter().map(|path| self.reported(path)).collect()
    }

    /// The last records, after the denied one if that lies further back.
    ///
    /// # Errors
    /// [`Error::Runtime`] when one cannot be read.
    pub(crate) fn records(&self) -> Result<Vec<Shown>, Error> {
        let last = self.head().seq.0;
        let from = (last + 1).saturating_sub(limits::RECORDS_SHOWN);
        let denied = self.denied.filter(|denied| denied.0 < from);
        let shown = denied.into_iter().chain((from..=last).map(Seq));
        let show = |seq| {
            let entry = self.entry(seq)?;
            let view = view(&entry)?;
            Ok(Shown { entry, view })
        };
        shown.map(show).collect()
    }

    fn take(&mut self, entry: &Entry<'_>) -> Result<(), Error> {
        let seen = view(entry)?;
        if seen.record.verdict == Verdict::Deny {
            self.denied = self.denied.or(Some(seen.record.seq));
        }
        if seen.record.is_refusal() {
            return Ok(());
        }
        let (seq, actor) = (seen.record.seq, seen.record.actor);
        match &seen.command {
            Command::Boot(_) => self.boots.push(seq),
            Command::Started(Started { pid, generation, .. }) => {
                self.runs.push(Run { seq, pid: *pid, generation: *generation, signal: None });
            }
            Command::Exited(Exited { pid, generation, outcome: Outcome::Signal(signal) }) => {
                let (pid, generation, signal) = (*pid, *generation, Some(i32::from(*signal)));
                self.runs.push(Run { seq, pid, generation, signal });
            }
            // What the operator says to the reader is about no file.
            Command::Ack(_) if self.actor(actor) == Role::Reader.text() => {}
            Command::Ack(_) => self.acknowledged += 1,
            Command::Send(_) if actor.pid().is_none() => {}
            Command::Send(_) => {
                self.sends.push(seq);
                self.steps_of(String::from_utf8_lossy(&body(entry)).into_owned()).handed_out += 1;
            }
            Command::Publish(_) => {
                let message: Message =
                    serde_json::from_slice(&body(entry)).map_err(Error::Message)?;
                self.steps_of(message.path).published += 1;
            }
            Command::Put(put) => {
                if let Some(path) = names::below(&names::reports(), &put.path) {
                    self.steps_of(path.to_owned()).stored += 1;
                }
            }
            Command::Unrecognised(_)
            | Command::Genesis(_)
            | Command::Redact(_)
            | Command::RotateKey(_)
            | Command::Snapshot(_)
            | Command::Shutdown(_)
            | Command::Suppressed(_)
            | Command::Spawn(_)
            | Command::Exited(_)
            | Command::Stop(_)
            | Command::Subscribe(_)
            | Command::Unsubscribe(_)
            | Command::Remove(_)
            | Command::Link(_)
            | Command::Grant(_)
            | Command::Revoke(_) => {}
        }
        Ok(())
    }

    fn steps_of(&mut self, path: String) -> &mut Steps {
        self.steps.entry(path).or_default()
    }

    fn entry(&self, seq: Seq) -> Result<Entry<'static>, Error> {
        let entry = self.inspection.reader().read(seq.0).map_err(weft_runtime::Error::from)?;
        entry.ok_or(Error::Untold("record where one was"))
    }

    fn reported(&self, path: String) -> Result<Reported, Error> {
        const UNREAD: Error = Error::Untold("readable metadata of a report");
        let node = self.state().resource_tree.get(&names::report(&path)?).ok_or(UNREAD)?;
        let entry = self.entry(node.payload.ok_or(UNREAD)?.seq)?;
        let values = metadata::decode(&body(&entry)).ok_or(UNREAD)?;
        let number = |key: &str| values.get(key).and_then(|value| value.parse().ok()).ok_or(UNREAD);
        let list = |key: &str| {
            let text = values.get(key).ok_or(UNREAD)?;
            serde_json::from_str::<Vec<String>>(text).map_err(Error::Message)
        };
        let measured = match values.get("unreadable") {
            Some(unreadable) => Measured::Unreadable { unreadable: unreadable.clone() },
            None => Measured::Counted {
                counts: Counts {
                    lines: number("lines")?,
                    words: number("words")?,
                    links: number("links")?,
                    bytes: number("bytes")?,
                },
                pages: list("pages")?,
                broken: list("broken")?,
            },
        };
        Ok(Reported { path, measured })
    }

    /// A process by its name, since its number says nothing to a newcomer.
    fn actor(&self, actor: Actor) -> String {
        let row = actor.pid().and_then(|pid| self.state().process_table.get(pid));
        row.map_or_else(|| actor.to_string(), |row| row.name.to_string())
    }
}

/// The agents' rows of the process table.
pub(crate) fn processes(state: &State) -> Vec<Process> {
    let agents = state.process_table.rows().filter(|row| Role::from_name(&row.name).is_some());
    agents.map(|row| Process::new(state, row)).collect()
}

fn body(entry: &Entry<'_>) -> Vec<u8> {
    match entry.payload() {
        Payload::Whole { bytes, .. } => bytes.to_vec(),
        Payload::None | Payload::Erased => Vec::new(),
    }
}

//! What the demo found out: the same facts for people and for machines.

use super::Counts;
use super::message::Measured;
use super::survey::Skipped;
use serde::{Serialize, Serializer};
use weft_ledger::Entry;
use weft_runtime::RecordView;
use weft_runtime::api::json::{Process, Record};

/// All of it. Every number is read from the log, or measured; none is assumed.
#[derive(Debug, Serialize)]
pub(crate) struct Story {
    /// The folder whose files were counted.
    pub(crate) folder: String,
    /// The node's data directory, when it was kept.
    pub(crate) data_dir: Option<String>,
    /// Files that took part.
    pub(crate) files: u64,
    /// Their bytes together.
    pub(crate) bytes: u64,
    /// What did not take part, and why.
    pub(crate) skipped: Vec<Skipped>,
    /// The four agents.
    pub(crate) agents: Vec<Agent>,
    /// The attempt outside an agent's grants.
    pub(crate) denial: Denial,
    /// The agent that was killed while it worked.
    pub(crate) fall: Fall,
    /// The kill and what came after it.
    pub(crate) crash: Crash,
    /// The process table at the end.
    pub(crate) processes: Vec<Process>,
    /// What was counted.
    pub(crate) report: Vec<Reported>,
    /// All of it together.
    pub(crate) totals: Counts,
    /// Where the relative links of the Markdown files lead.
    pub(crate) links: Linked,
    /// How often each step happened, from the log.
    pub(crate) once: Once,
    /// The last records, and the denied one.
    pub(crate) records: Vec<Shown>,
    /// The chain and its verification.
    pub(crate) chain: Chain,
    /// The process table as of the last record before the kill.
    pub(crate) processes_at_kill: Vec<Process>,
    /// The flipped bit.
    pub(crate) tampering: Tampering,
    /// How long everything took, in milliseconds.
    pub(crate) took_ms: u64,
}

/// An agent.
#[derive(Debug, Serialize)]
pub(crate) struct Agent {
    pub(crate) name: &'static str,
    /// What its program is: `python3` or `weft`.
    pub(crate) program: &'static str,
    pub(crate) job: &'static str,
    /// Its rights, as `ACTION:OBJECT`.
    pub(crate) may: Vec<String>,
}

/// The agent that was killed while it worked.
#[derive(Debug, Serialize)]
pub(crate) struct Fall {
    pub(crate) agent: String,
    /// The operating system's number of its program's process.
    pub(crate) process: u32,
    /// What ended it.
    pub(crate) signal: i32,
    /// The record of its end.
    pub(crate) seq: u64,
    /// Messages that waited for it then.
    pub(crate) waiting: u64,
    /// Its next run, and the record of its start.
    pub(crate) generation: u32,
    pub(crate) started_seq: u64,
}

/// The attempt outside an agent's grants.
#[derive(Debug, Serialize)]
pub(crate) struct Denial {
    pub(crate) seq: u64,
    pub(crate) agent: String,
    pub(crate) command: String,
    pub(crate) object: String,
    /// What the gate found.
    pub(crate) findings: Vec<String>,
}

/// The kill and what came after it.
#[derive(Debug, Serialize)]
pub(crate) struct Crash {
    /// The signal that ended the process.
    pub(crate) signal: i32,
    /// Processes below it, all of which were gone a moment later.
    pub(crate) processes: u64,
    /// The last record that was durable then.
    pub(crate) last_seq: u64,
    /// Files handed out by then.
    pub(crate) handed_out: u64,
    /// Files in the report by then.
    pub(crate) reported: u64,
    /// Messages that waited in inboxes then.
    pub(crate) waiting: u64,
    /// The record of the second boot.
    pub(crate) booted_seq: u64,
    /// Agents that were found lost and started again.
    pub(crate) restarted: u64,
    /// Commands that were asked again, and answered with the receipt of their first time.
    pub(crate) repeated: u64,
}

/// A line of the report.
#[derive(Debug, Serialize)]
pub(crate) struct Reported {
    pub(crate) path: String,
    #[serde(flatten)]
    pub(crate) measured: Measured,
}

/// Where the relative links of the Markdown files lead.
#[derive(Debug, Serialize)]
pub(crate) struct Linked {
    /// Those that lead nowhere.
    pub(crate) broken: Vec<Broken>,
    /// Files by how many others link to them, the most linked first.
    pub(crate) most_linked: Vec<Page>,
}

/// A relative link that leads nowhere.
#[derive(Debug, Serialize)]
pub(crate) struct Broken {
    pub(crate) path: String,
    pub(crate) target: String,
}

/// A file that others link to.
#[derive(Debug, Serialize)]
pub(crate) struct Page {
    pub(crate) path: String,
    /// Files that link to it.
    pub(crate) linked_from: u64,
}

/// How often each step happened, counted over the whole log.
#[derive(Debug, Serialize)]
pub(crate) struct Once {
    pub(crate) files: u64,
    /// Records that handed a file out.
    pub(crate) handed_out: u64,
    /// Records that published a count.
    pub(crate) published: u64,
    /// Records that stored a count in the report.
    pub(crate) stored: u64,
    /// Records that took a message out of an inbox.
    pub(crate) acknowledged: u64,
    /// Files without one of these.
    pub(crate) lost: Vec<String>,
    /// Files with more than one.
    pub(crate) twice: Vec<String>,
}

/// A record, for JSON in the shape of docs/cli.md and for people as `weft log` shows it.
#[derive(Debug)]
pub(crate) struct Shown {
    pub(crate) entry: Entry<'static>,
    pub(crate) view: RecordView,
}

impl Serialize for Shown {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.record().serialize(serializer)
    }
}

impl Shown {
    pub(crate) fn record(&self) -> Record {
        Record::new(&self.entry, &self.view)
    }
}

/// The chain and its verification.
#[derive(Debug, Serialize)]
pub(crate) struct Chain {
    pub(crate) log_id: String,
    pub(crate) size: u64,
    pub(crate) link: String,
    /// One for each implementation of the hash function.
    pub(crate) checks: Vec<Check>,
}

/// A verification that found nothing wrong.
#[derive(Debug, Serialize)]
pub(crate) struct Check {
    /// Which implementation.
    pub(crate) hasher: &'static str,
    pub(crate) records: u64,
    pub(crate) took_ms: u64,
}

/// The flipped bit: where it is, and where verification says the damage is.
#[derive(Debug, Serialize)]
pub(crate) struct Tampering {
    pub(crate) seq: u64,
    pub(crate) segment: String,
    /// Where the record's frame begins.
    pub(crate) frame_offset: u64,
    /// The byte that was changed.
    pub(crate) byte_offset: u64,
    /// What it was, and what it became.
    pub(crate) verdict_before: String,
    pub(crate) verdict_after: String,
    /// What verification said.
    pub(crate) found: String,
}

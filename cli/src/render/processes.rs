//! The answer of `weft ps`.

use super::Out;
use super::table::{Columns, Mark};
use crate::error::Error;
use crate::when::rfc3339;
use serde::Serialize;
use weft_projections::events::Outcome;
use weft_projections::state::{Row, RunState};

/// A process.
#[derive(Debug, Serialize)]
pub(crate) struct Process {
    pid: u64,
    name: String,
    state: &'static str,
    generation: u32,
    restarts: u32,
    parent: String,
    inbox: u64,
    since: String,
    exit: Option<String>,
    spawned: u64,
    messages_sent: u64,
    #[serde(skip)]
    mark: Mark,
}

impl Process {
    pub(crate) fn new(row: &Row, inbox_len: usize) -> Process {
        Process {
            pid: row.pid.get(),
            name: row.name.to_string(),
            state: row.state.name(),
            generation: row.generation.get(),
            restarts: row.restarts,
            parent: row.parent.to_string(),
            inbox: inbox_len as u64,
            since: rfc3339(row.changed_at),
            exit: row.exit.map(outcome),
            spawned: row.spawned.0,
            messages_sent: row.messages_sent,
            mark: mark(row),
        }
    }
}

/// How a run ended, as one word with its number.
pub(crate) fn outcome(outcome: Outcome) -> String {
    match outcome {
        Outcome::Code(code) => format!("code:{code}"),
        Outcome::Signal(signal) => format!("signal:{signal}"),
        Outcome::Lost => "lost".to_owned(),
        Outcome::Stopped => "stopped".to_owned(),
    }
}

fn mark(row: &Row) -> Mark {
    let failed = match row.exit {
        Some(Outcome::Code(code)) => code != 0,
        Some(Outcome::Signal(_) | Outcome::Lost) => true,
        Some(Outcome::Stopped) | None => false,
    };
    match row.state {
        RunState::Starting | RunState::Stopping => Mark::Notice,
        RunState::Exited if failed => Mark::Alarm,
        RunState::Running | RunState::Exited => Mark::Plain,
    }
}

pub(crate) fn processes(out: &Out, rows: &[Process]) -> Result<(), Error> {
    if out.is_json() {
        return out.json(&rows);
    }
    let titles = ["PID", "NAME", "STATE", "GEN", "RESTARTS", "PARENT", "INBOX", "SINCE"];
    let mut columns = Columns::new(out, &titles);
    for row in rows {
        let state = row.exit.as_ref().filter(|_| row.state == "exited");
        let state =
            state.map_or_else(|| row.state.to_owned(), |exit| format!("{} {exit}", row.state));
        columns.marked_row([
            (row.pid.to_string(), Mark::Plain),
            (row.name.clone(), Mark::Plain),
            (state, row.mark),
            (row.generation.to_string(), Mark::Plain),
            (row.restarts.to_string(), Mark::Plain),
            (row.parent.clone(), Mark::Plain),
            (row.inbox.to_string(), Mark::Plain),
            (row.since.clone(), Mark::Plain),
        ]);
    }
    columns.print(out)
}

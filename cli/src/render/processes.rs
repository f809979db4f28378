//! The answer of `weft ps`.

use super::Out;
use super::table::{Columns, Mark};
use crate::error::Error;
use weft_runtime::api::json::Process;

const TITLES: [&str; 9] =
    ["PID", "NAME", "STATE", "GEN", "RESTARTS", "BACKEND", "PARENT", "INBOX", "SINCE"];

pub(crate) fn processes(out: &Out, rows: &[Process]) -> Result<(), Error> {
    if out.is_json() {
        return out.json(&rows);
    }
    let mut columns = Columns::new(out, &TITLES);
    for row in rows {
        columns.marked_row([
            (row.pid.to_string(), Mark::Plain),
            (row.name.clone(), Mark::Plain),
            (state(row), mark(row)),
            (row.generation.to_string(), Mark::Plain),
            (row.restarts.to_string(), Mark::Plain),
            (row.backend.to_string(), Mark::Plain),
            (row.parent.clone(), Mark::Plain),
            (row.inbox.to_string(), Mark::Plain),
            (row.since.clone(), Mark::Plain),
        ]);
    }
    columns.print(out)
}

/// Where a process is in its life; of one that has exited, how, too.
pub(crate) fn state(row: &Process) -> String {
    let exit = row.exit.as_ref().filter(|_| row.state == "exited");
    exit.map_or_else(|| row.state.to_string(), |exit| format!("{} {exit}", row.state))
}

fn mark(row: &Process) -> Mark {
    match &*row.state {
        "starting" | "stopping" => Mark::Notice,
        "exited" if row.has_failed() => Mark::Alarm,
        _ => Mark::Plain,
    }
}

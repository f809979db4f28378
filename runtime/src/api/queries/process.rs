//! The process table.

use super::page::Rows;
use super::{Error, Sight};
use crate::api::json::time::rfc3339;
use crate::api::json::{HeldGrant, Process, ProcessDetails, restart};
use weft_commands::Target;
use weft_ledger::storage::Storage;
use weft_projections::state::Row;
use weft_projections::{Actor, Pid, State};

/// Most rows of one page.
pub const ROWS_MAX: usize = 4_096;

/// Which processes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Which {
    /// Those that live.
    #[default]
    Live,
    /// Those that have exited lately, too.
    All,
}

/// Processes by pid, from `from` on, at most [`ROWS_MAX`].
pub fn processes(state: &State, which: Which, from: Option<Pid>) -> Rows {
    let rows = state.process_table.rows();
    let wanted = rows
        .filter(|row| from.is_none_or(|from| row.pid >= from))
        .filter(|row| which == Which::All || row.state.is_live());
    let mut processes: Vec<Process> =
        wanted.take(ROWS_MAX + 1).map(|row| Process::new(state, row)).collect();
    let next = if processes.len() > ROWS_MAX { processes.pop().map(|row| row.pid) } else { None };
    Rows { processes, next }
}

/// The process that `target` names: the live one of that name, or whichever has the number.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find<'a>(state: &'a State, target: &Target) -> Result<&'a Row, Error> {
    let table = &state.process_table;
    let row = match target {
        Target::Pid(pid) => table.get(*pid),
        Target::Name(name) => table.live_by_name(name),
    };
    row.ok_or_else(|| Error::NotFound { what: format!("process {target}") })
}

/// Everything of one process.
///
/// # Errors
/// [`Error::NotFound`].
pub fn process<S: Storage>(sight: &Sight<'_, S>, target: &Target) -> Result<ProcessDetails, Error> {
    let state = sight.state;
    let row = find(state, target)?;
    let held = state.capabilities.held_by(Actor::Process(row.pid));
    Ok(ProcessDetails {
        process: Process::new(state, row),
        root: row.root.to_string(),
        restart: restart(row.restart).into(),
        spawned_at: rfc3339(row.spawned_at),
        changed: row.changed.0,
        failures: row.failures,
        subscriptions: state.ipc_routes.subscriptions(row.pid).map(ToString::to_string).collect(),
        grants: held
            .map(|(id, held)| HeldGrant {
                id: id.to_string(),
                scope: held.grant.scope.to_string(),
                parent: held.grant.parent.map(|parent| parent.to_string()),
                expires: held.grant.expires.map(rfc3339),
                delegable: held.grant.delegable,
            })
            .collect(),
    })
}

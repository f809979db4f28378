//! Processes.

use imbl::{OrdMap, OrdSet};
use rkyv::string::ArchivedString;
use rkyv::{Archive, Serialize};

use super::Error;
use super::check::{Ascending, ensure, limited};
use super::parts::{ArchivedStoredPayload, StoredPayload, actor, number, numbered, pid, text};
use crate::events::{Backend, Outcome};
use crate::limits::{EXITED_ROWS_MAX, PROCESSES_MAX};
use crate::state::{ProcessTable, Row, RunState};
use crate::{Actor, Digest, Generation, Pid, Seq, Time};

#[derive(Archive, Serialize)]
pub(super) struct StoredProcessTable {
    rows: Vec<StoredRow>,
    next_pid: Option<u64>,
}

#[derive(Archive, Serialize)]
struct StoredRow {
    pid: u64,
    name: String,
    generation: u32,
    parent: u64,
    root: u64,
    state: u8,
    restart: u8,
    spawned: u64,
    spawned_at: u64,
    changed: u64,
    changed_at: u64,
    exit: Option<StoredOutcome>,
    restarts: u32,
    messages_sent: u64,
    backend: u8,
    program: Option<StoredPayload>,
    token: Option<[u8; 32]>,
    failures: u32,
}

#[derive(Archive, Serialize)]
enum StoredOutcome {
    Code(u8),
    Signal(u8),
    Lost,
    Stopped,
}

impl StoredProcessTable {
    pub(super) fn of(table: &ProcessTable) -> Self {
        let ProcessTable { rows, next_pid, by_name: _, pending: _, exited: _ } = table;
        Self { rows: rows.values().map(StoredRow::of).collect(), next_pid: next_pid.map(Pid::get) }
    }
}

impl StoredRow {
    fn of(row: &Row) -> Self {
        let Row {
            pid,
            name,
            generation,
            parent,
            root,
            state,
            restart,
            spawned,
            spawned_at,
            changed,
            changed_at,
            exit,
            restarts,
            messages_sent,
            backend,
            program,
            token,
            failures,
        } = row;
        Self {
            pid: pid.get(),
            name: name.as_str().to_owned(),
            generation: generation.get(),
            parent: parent.to_u64(),
            root: root.to_u64(),
            state: number(*state),
            restart: number(*restart),
            spawned: spawned.0,
            spawned_at: spawned_at.0,
            changed: changed.0,
            changed_at: changed_at.0,
            exit: exit.map(StoredOutcome::of),
            restarts: *restarts,
            messages_sent: *messages_sent,
            backend: number(*backend),
            program: program.map(StoredPayload::of),
            token: token.map(|token| token.0),
            failures: *failures,
        }
    }
}

impl StoredOutcome {
    fn of(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Code(code) => Self::Code(code),
            Outcome::Signal(signal) => Self::Signal(signal),
            Outcome::Lost => Self::Lost,
            Outcome::Stopped => Self::Stopped,
        }
    }
}

impl ArchivedStoredProcessTable {
    pub(super) fn restore(&self) -> Result<ProcessTable, Error> {
        let Self { rows, next_pid } = self;
        let next_pid =
            next_pid.as_ref().map(|next| pid("next pid", next.to_native())).transpose()?;
        let mut table = ProcessTable {
            next_pid,
            rows: OrdMap::new(),
            by_name: OrdMap::new(),
            pending: OrdSet::new(),
            exited: OrdMap::new(),
        };
        let mut ascending = Ascending::new("rows of processes");
        for row in rows.iter() {
            let row = row.restore()?;
            ascending.next(&row.pid)?;
            add(&mut table, row)?;
        }
        limited("live processes", table.live_len(), PROCESSES_MAX)?;
        limited("exited processes", table.exited.len(), EXITED_ROWS_MAX)?;
        Ok(table)
    }
}

/// Adds a row to the table and its indexes.
fn add(table: &mut ProcessTable, row: Row) -> Result<(), Error> {
    let is_used = table.next_pid.is_none_or(|next| row.pid < next);
    ensure(is_used, "row of a process", "its pid is not used yet")?;
    ensure(row.root == root(table, &row), "row of a process", "not the root of its parent")?;
    if row.state.is_live() {
        let other = table.by_name.insert(row.name.clone(), row.pid);
        ensure(other.is_none(), "row of a process", "its name is taken")?;
    }
    match row.state {
        RunState::Starting | RunState::Stopping => {
            table.pending.insert(row.pid);
        }
        RunState::Exited => {
            table.exited.insert((row.changed, row.pid), row.changed_at);
        }
        RunState::Running => {}
    }
    table.rows.insert(row.pid, row);
    Ok(())
}

/// The root that a row must have. What the root of a parent was that has left since, only the row knows.
fn root(table: &ProcessTable, row: &Row) -> Actor {
    match row.parent {
        Actor::Process(parent) if parent < row.pid => match table.get(parent) {
            Some(parent) => parent.root,
            None => Actor::Process(row.root.pid().unwrap_or(parent)),
        },
        Actor::Process(_) => row.parent,
        Actor::Kernel | Actor::Operator(_) | Actor::Node(_) | Actor::Unauthenticated => {
            Actor::Process(row.pid)
        }
    }
}

impl ArchivedStoredRow {
    fn restore(&self) -> Result<Row, Error> {
        const WHAT: &str = "row of a process";
        let Self {
            pid: id,
            name,
            generation,
            parent,
            root,
            state,
            restart,
            spawned,
            spawned_at,
            changed,
            changed_at,
            exit,
            restarts,
            messages_sent,
            backend,
            program,
            token,
            failures,
        } = self;
        let row = Row {
            pid: pid(WHAT, id.to_native())?,
            name: name_of(name)?,
            generation: Generation::new(generation.to_native())
                .ok_or_else(|| Error::impossible(WHAT, "generation 0"))?,
            parent: actor(WHAT, parent.to_native())?,
            root: actor(WHAT, root.to_native())?,
            state: numbered(WHAT, *state)?,
            restart: numbered(WHAT, *restart)?,
            spawned: Seq(spawned.to_native()),
            spawned_at: Time(spawned_at.to_native()),
            changed: Seq(changed.to_native()),
            changed_at: Time(changed_at.to_native()),
            exit: exit.as_ref().map(ArchivedStoredOutcome::restore),
            restarts: restarts.to_native(),
            messages_sent: messages_sent.to_native(),
            backend: numbered(WHAT, *backend)?,
            program: program.as_ref().map(ArchivedStoredPayload::restore),
            token: token.as_ref().map(|token| Digest(*token)),
            failures: failures.to_native(),
        };
        check(&row).map(|()| row)
    }
}

fn name_of(name: &ArchivedString) -> Result<crate::Name, Error> {
    text("name of a process", name)
}

/// What holds for a row by itself.
fn check(row: &Row) -> Result<(), Error> {
    let ensure = |holds, rule| ensure(holds, "row of a process", rule);
    let has_exited = row.state == RunState::Exited;
    let ends = row.restarts.saturating_add(has_exited.into());
    let has_token = match row.state {
        RunState::Running | RunState::Stopping => true,
        RunState::Starting | RunState::Exited => false,
    };
    ensure(row.restarts == row.generation.get() - 1, "restarts and generation differ")?;
    ensure(row.exit.is_some() == (ends > 0), "an end without an outcome, or the other way round")?;
    ensure(row.failures <= ends, "more failures than ends")?;
    ensure(row.token.is_none() || has_token, "a token of a run that is over")?;
    ensure(row.program.is_none() || row.backend == Backend::Native, "a program that nobody runs")
}

impl ArchivedStoredOutcome {
    fn restore(&self) -> Outcome {
        match self {
            Self::Code(code) => Outcome::Code(*code),
            Self::Signal(signal) => Outcome::Signal(*signal),
            Self::Lost => Outcome::Lost,
            Self::Stopped => Outcome::Stopped,
        }
    }
}

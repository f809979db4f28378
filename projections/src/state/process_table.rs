//! Processes: live ones, and for a while those that have exited.

use imbl::{OrdMap, OrdSet};
use minicbor::{Decode, Encode};

use crate::events::{
    Backend, Next, Outcome, ProcessExited, ProcessSpawned, ProcessStarted, Restart,
};
use crate::limits::{EXITED_ROW_AGE_MS_MAX, EXITED_ROWS_MAX, PROCESSES_MAX, RUN_STEADY_MS};
use crate::{Actor, Digest, Generation, Name, Payload, Pid, Record, Seq, Time};

/// Where a process is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum RunState {
    /// To be started.
    #[n(0)]
    Starting,
    /// Runs.
    #[n(1)]
    Running,
    /// To be ended.
    #[n(2)]
    Stopping,
    /// Ended for good.
    #[n(3)]
    Exited,
}

impl RunState {
    /// The name, lower case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Running => "running",
            Self::Stopping => "stopping",
            Self::Exited => "exited",
        }
    }

    /// Anything but exited.
    #[must_use]
    pub fn is_live(self) -> bool {
        self != Self::Exited
    }
}

/// A process.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Row {
    /// Its id.
    #[n(1)]
    pub pid: Pid,
    /// Its name, unique among live processes.
    #[n(2)]
    pub name: Name,
    /// Its current run, or the last one.
    #[n(3)]
    pub generation: Generation,
    /// Who made it.
    #[n(4)]
    pub parent: Actor,
    /// The root of its spawn tree: the process that no process made.
    #[n(5)]
    pub root: Actor,
    /// Where it is in its life.
    #[n(6)]
    pub state: RunState,
    /// When it is started again.
    #[n(7)]
    pub restart: Restart,
    /// The record that made it.
    #[n(8)]
    pub spawned: Seq,
    /// When it was made.
    #[n(9)]
    pub spawned_at: Time,
    /// The record that last changed `state`.
    #[n(10)]
    pub changed: Seq,
    /// When `state` last changed.
    #[n(11)]
    pub changed_at: Time,
    /// How its last run ended; none before the first end.
    #[n(12)]
    pub exit: Option<Outcome>,
    /// How often it was started again.
    #[n(13)]
    pub restarts: u32,
    /// Messages it has sent and published.
    #[n(14)]
    pub messages_sent: u64,
    /// What runs it.
    #[n(15)]
    pub backend: Backend,
    /// Its program; none unless the kernel runs it.
    #[n(16)]
    pub program: Option<Payload>,
    /// Digest of the secret that its current run is known by; none between runs, and for a run without one.
    #[n(17)]
    pub token: Option<Digest>,
    /// Runs that failed by themselves, one after another, up to now: what it waits for before the next one grows with them.
    #[n(18)]
    pub failures: u32,
}

/// Processes: live ones, and for a while those that have exited.
#[derive(Clone, Debug)]
pub struct ProcessTable {
    pub(super) rows: OrdMap<Pid, Row>,
    pub(super) next_pid: Option<Pid>,
    /// Index: live processes by name.
    pub(super) by_name: OrdMap<Name, Pid>,
    /// Index: processes that are starting or stopping.
    pub(super) pending: OrdSet<Pid>,
    /// Index: exited processes in the order in which they exited.
    pub(super) exited: OrdMap<(Seq, Pid), Time>,
}

impl Default for ProcessTable {
    fn default() -> Self {
        Self {
            rows: OrdMap::new(),
            next_pid: Some(Pid::FIRST),
            by_name: OrdMap::new(),
            pending: OrdSet::new(),
            exited: OrdMap::new(),
        }
    }
}

impl ProcessTable {
    /// The row of a process, live or exited.
    #[must_use]
    pub fn get(&self, pid: Pid) -> Option<&Row> {
        self.rows.get(&pid)
    }

    /// The row of a live process.
    #[must_use]
    pub fn live(&self, pid: Pid) -> Option<&Row> {
        self.get(pid).filter(|row| row.state.is_live())
    }

    /// The row of the live process of that name.
    #[must_use]
    pub fn live_by_name(&self, name: &Name) -> Option<&Row> {
        self.by_name.get(name).and_then(|pid| self.live(*pid))
    }

    /// All rows by pid, exited ones included.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.rows.values()
    }

    /// How many processes are live, at most `PROCESSES_MAX`.
    #[must_use]
    pub fn live_len(&self) -> usize {
        self.by_name.len()
    }

    /// The pid of the next process; `None` when all are used up.
    #[must_use]
    pub const fn next_pid(&self) -> Option<Pid> {
        self.next_pid
    }

    /// The root of the spawn tree that an actor belongs to: itself, unless it is a process that a process made.
    #[must_use]
    pub fn root_of(&self, actor: Actor) -> Actor {
        actor.pid().and_then(|pid| self.get(pid)).map_or(actor, |row| row.root)
    }

    /// Rows that are starting or stopping.
    pub(super) fn pending(&self) -> impl Iterator<Item = &Row> {
        self.pending.iter().filter_map(|pid| self.rows.get(pid))
    }

    /// Adds a process; false if pid or name are taken or the table is full.
    pub(super) fn spawn(&mut self, record: &Record, event: &ProcessSpawned) -> bool {
        let fits = self.next_pid.is_some_and(|next| event.pid >= next)
            && !self.by_name.contains_key(&event.name)
            && self.live_len() < PROCESSES_MAX;
        if fits {
            self.next_pid = event.pid.next();
            self.by_name.insert(event.name.clone(), event.pid);
            self.pending.insert(event.pid);
            self.rows.insert(event.pid, self.new_row(record, event));
        }
        fits
    }

    fn new_row(&self, record: &Record, event: &ProcessSpawned) -> Row {
        let root = match event.parent {
            Actor::Process(_) => self.root_of(event.parent),
            Actor::Kernel | Actor::Operator(_) | Actor::Node(_) | Actor::Unauthenticated => {
                Actor::Process(event.pid)
            }
        };
        Row {
            pid: event.pid,
            name: event.name.clone(),
            generation: Generation::FIRST,
            parent: event.parent,
            root,
            state: RunState::Starting,
            restart: event.restart,
            spawned: record.seq,
            spawned_at: record.time,
            changed: record.seq,
            changed_at: record.time,
            exit: None,
            restarts: 0,
            messages_sent: 0,
            backend: event.backend,
            program: match event.backend {
                Backend::Native => record.payload,
                Backend::Embedded => None,
            },
            token: None,
            failures: 0,
        }
    }

    pub(super) fn started(&mut self, record: &Record, event: &ProcessStarted) {
        let Some(row) = self.rows.get_mut(&event.pid) else { return };
        if row.state == RunState::Starting && row.generation == event.generation {
            change(row, record, RunState::Running);
            row.token = event.token;
            self.pending.remove(&event.pid);
        }
    }

    pub(super) fn stopping(&mut self, record: &Record, pid: Pid) {
        let Some(row) = self.rows.get_mut(&pid) else { return };
        match row.state {
            RunState::Starting | RunState::Running => {
                change(row, record, RunState::Stopping);
                self.pending.insert(pid);
            }
            RunState::Stopping | RunState::Exited => {}
        }
    }

    /// Ends a run; true if the process has exited for good with it.
    pub(super) fn exited(&mut self, record: &Record, event: &ProcessExited) -> bool {
        let Some(row) = self.rows.get_mut(&event.pid) else { return false };
        if !row.state.is_live() || row.generation != event.generation {
            return false;
        }
        row.failures = failures(row, record.time, event.outcome);
        row.exit = Some(event.outcome);
        row.token = None;
        match (event.next, row.generation.next()) {
            (Next::Restarting, Some(generation)) => {
                row.generation = generation;
                row.restarts = row.restarts.saturating_add(1);
                change(row, record, RunState::Starting);
                self.pending.insert(event.pid);
                false
            }
            (Next::Restarting, None) | (Next::Exited, _) => {
                change(row, record, RunState::Exited);
                self.by_name.remove(&row.name);
                self.pending.remove(&event.pid);
                self.exited.insert((record.seq, event.pid), record.time);
                true
            }
        }
    }

    pub(super) fn message_sent(&mut self, pid: Pid) {
        if let Some(row) = self.rows.get_mut(&pid) {
            row.messages_sent = row.messages_sent.saturating_add(1);
        }
    }

    /// Removes the row that exited longest ago if it is due: after 1,000 later exits, or 24 hours of record time.
    pub(super) fn evict(&mut self, now: Time) -> Option<Row> {
        let ((seq, pid), exited_at) = *self.exited.get_min()?;
        let age_ms = now.unix_ms().saturating_sub(exited_at.unix_ms());
        if self.exited.len() <= EXITED_ROWS_MAX && age_ms < EXITED_ROW_AGE_MS_MAX {
            return None;
        }
        self.exited.remove(&(seq, pid));
        self.rows.remove(&pid)
    }
}

/// The failures in a row once a run has ended like this. What the kernel lost says nothing about the program.
fn failures(row: &Row, now: Time, outcome: Outcome) -> u32 {
    let ran_ms = now.unix_ms().saturating_sub(row.changed_at.unix_ms());
    match outcome {
        _ if row.state == RunState::Running && ran_ms >= RUN_STEADY_MS => 0,
        Outcome::Code(0) | Outcome::Stopped => 0,
        Outcome::Code(_) | Outcome::Signal(_) => row.failures.saturating_add(1),
        Outcome::Lost => row.failures,
    }
}

fn change(row: &mut Row, record: &Record, state: RunState) {
    row.state = state;
    row.changed = record.seq;
    row.changed_at = record.time;
}

//! The kernel process's reactor: it compares what State wants with which agents run, and starts the
//! difference. Boot after a crash and first start go the same way.

use super::agent::{Agent, Shared};
use super::client::{Ask, Client};
use super::names::Role;
use super::{Error, limits, state};
use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError};
use std::thread::{self, JoinHandle};
use weft_commands::requests::process::{GrantRequest, Spawn, Started, Stop};
use weft_commands::{Command, Target};
use weft_projections::events::{Backend, Restart};
use weft_projections::state::{RunState, Work};
use weft_projections::{Actor, Generation, OperatorId, Pid, State};

/// Starts agents, and stops them when everything is done.
pub(crate) struct Supervisor {
    client: Client,
    shared: Arc<Shared>,
    runs: BTreeSet<(Pid, Generation)>,
    threads: Vec<JoinHandle<()>>,
}

impl Supervisor {
    /// A supervisor of no agents yet.
    pub(crate) fn new(client: Client, shared: Arc<Shared>) -> Supervisor {
        Supervisor { client, shared, runs: BTreeSet::new(), threads: Vec::new() }
    }

    /// Spawns the four agents, runs them until the work is done, and stops them.
    ///
    /// # Errors
    /// [`Error::GaveUp`] when an agent keeps failing, [`Error::ParentGone`], or what the kernel refuses.
    pub(crate) fn run(mut self) -> Result<(), Error> {
        for role in Role::ALL {
            self.spawn(role)?;
        }
        loop {
            let now = self.client.published();
            self.start_what_is_due(&now.state)?;
            if state::is_finished(&now.state) {
                self.stop_what_runs(&now.state)?;
            }
            if Role::ALL.into_iter().all(|role| state::row(&now.state, role).is_none()) {
                break;
            }
            self.shared.leash.hold()?;
            self.client.handle().published_past(now.head.seq, limits::WAIT_MAX);
        }
        // Each thread's last act was the record that ended its agent.
        for thread in self.threads {
            thread.join().map_err(|_| Error::Ended("an agent panicked".to_owned()))?;
        }
        Ok(())
    }

    fn spawn(&self, role: Role) -> Result<(), Error> {
        let right = |scope| GrantRequest { scope, delegable: false, expires: None };
        let can = role.grants().into_iter().map(right).collect();
        let spawn = Spawn {
            name: role.name(),
            restart: Restart::OnFailure,
            can,
            backend: Backend::Embedded,
        };
        self.operate(Command::Spawn(spawn), role.text())
    }

    fn start_what_is_due(&mut self, now: &State) -> Result<(), Error> {
        for work in now.pending_work() {
            match work {
                Work::Start { pid, generation, .. } => self.start(now, pid, generation)?,
                // The agent sees it too and ends by itself.
                Work::Stop { .. } => {}
            }
        }
        Ok(())
    }

    fn start(&mut self, now: &State, pid: Pid, generation: Generation) -> Result<(), Error> {
        let Some(row) = now.process_table.live(pid) else { return Ok(()) };
        let Some(role) = Role::from_name(&row.name) else { return Ok(()) };
        if !self.runs.insert((pid, generation)) {
            return Ok(());
        }
        if row.restarts > limits::RESTARTS_MAX {
            let failure = self.shared.failure.lock().unwrap_or_else(PoisonError::into_inner).take();
            return Err(Error::GaveUp { failure: failure.unwrap_or_default() });
        }
        let started = Command::Started(Started { pid, generation, token: None });
        let whom = format!("{pid}.{generation}");
        self.client.once(Ask {
            actor: Actor::Kernel,
            command: started,
            whom: &whom,
            body: None,
            cause: None,
        })?;
        let client = self.client.clone();
        let agent = Agent { role, pid, generation, client, shared: self.shared.clone() };
        let thread = thread::Builder::new().name(role.text().to_owned()).spawn(move || agent.run());
        self.threads.push(thread.map_err(Error::Process)?);
        Ok(())
    }

    fn stop_what_runs(&self, now: &State) -> Result<(), Error> {
        for role in Role::ALL {
            let Some(row) = state::row(now, role) else { continue };
            if row.state == RunState::Running {
                let stop = Stop { target: Target::Pid(row.pid) };
                self.operate(Command::Stop(stop), &format!("{}.{}", row.pid, row.generation))?;
            }
        }
        Ok(())
    }

    fn operate(&self, command: Command, whom: &str) -> Result<(), Error> {
        self.client.once(Ask {
            actor: Actor::Operator(OperatorId::FIRST),
            command,
            whom,
            body: None,
            cause: None,
        })
    }
}

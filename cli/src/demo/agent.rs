//! What every agent has in common: its place in the kernel, its inbox, its end.

use super::client::{Ask, Client};
use super::leash::Leash;
use super::names::Role;
use super::protocol::Progress;
use super::{Error, agents, limits};
use crate::render::Out;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use weft_commands::Command;
use weft_commands::requests::{ipc, process};
use weft_ledger::Payload;
use weft_projections::events::Outcome;
use weft_projections::state::RunState;
use weft_projections::{Actor, Generation, Pid, Seq, State};

/// What the threads of the kernel process share.
#[derive(Debug)]
pub(crate) struct Shared {
    /// Where the parent listens.
    pub(crate) out: Out,
    pub(crate) folder: PathBuf,
    pub(crate) leash: Leash,
    /// Why the last agent that failed did.
    pub(crate) failure: Mutex<Option<String>>,
}

/// One run of one agent, played by a thread of the kernel process.
pub(crate) struct Agent {
    pub(crate) role: Role,
    pub(crate) pid: Pid,
    pub(crate) generation: Generation,
    pub(crate) client: Client,
    pub(crate) shared: Arc<Shared>,
}

/// A message in the agent's inbox.
pub(crate) struct Letter {
    /// The record that put it there.
    pub(crate) seq: Seq,
    pub(crate) body: Vec<u8>,
}

impl Shared {
    /// Tells the parent how far the agents are.
    ///
    /// # Errors
    /// [`Error::ParentGone`] when nobody reads it.
    pub(crate) fn say(&self, progress: Progress) -> Result<(), Error> {
        self.out.line(&progress.to_string()).map_err(|_| {
            self.leash.cut();
            Error::ParentGone
        })
    }
}

impl Agent {
    /// Plays the agent to its end and reports that end to the kernel, which wakes whoever waits for it.
    pub(crate) fn run(self) {
        let played = match self.role {
            Role::Reader => agents::reader(&self),
            Role::FirstAnalyst | Role::SecondAnalyst => agents::analyst(&self),
            Role::Reporter => agents::reporter(&self),
        };
        let outcome = match played {
            Ok(()) => Outcome::Stopped,
            Err(error) => {
                self.note(&error);
                Outcome::Code(1)
            }
        };
        let (pid, generation) = (self.pid, self.generation);
        let exited = Command::Exited(process::Exited { pid, generation, outcome });
        let whom = format!("{pid}.{generation}");
        let ask =
            Ask { actor: Actor::Kernel, command: exited, whom: &whom, body: None, cause: None };
        if let Err(error) = self.client.once(ask) {
            self.note(&error);
        }
    }

    /// Does something in the agent's own name, once in all its lives.
    ///
    /// # Errors
    /// As [`Client::once`].
    pub(crate) fn once(
        &self,
        command: Command,
        whom: &str,
        body: Option<Vec<u8>>,
        cause: Option<Seq>,
    ) -> Result<(), Error> {
        self.client.once(Ask { actor: Actor::Process(self.pid), command, whom, body, cause })
    }

    /// Waits until State has what `look` looks for; `None` when the agent is to end.
    ///
    /// # Errors
    /// [`Error::ParentGone`].
    pub(crate) fn wait<T>(
        &self,
        mut look: impl FnMut(&State) -> Option<T>,
    ) -> Result<Option<T>, Error> {
        loop {
            let now = self.client.published();
            if !self.is_running(&now.state) {
                return Ok(None);
            }
            if let Some(found) = look(&now.state) {
                return Ok(Some(found));
            }
            self.shared.leash.hold()?;
            self.client.handle().published_past(now.head.seq, limits::WAIT_MAX);
        }
    }

    /// Waits for the oldest message of the inbox; `None` when the agent is to end.
    ///
    /// # Errors
    /// [`Error::ParentGone`], or [`Error::NoBody`] for a message without a body.
    pub(crate) fn next_letter(&self) -> Result<Option<Letter>, Error> {
        let oldest = |state: &State| state.ipc_routes.inbox(self.pid).next().map(|(seq, _)| seq);
        let Some(seq) = self.wait(oldest)? else { return Ok(None) };
        let entry = self.client.handle().reader().read(seq.0).map_err(weft_runtime::Error::from)?;
        let entry = entry.ok_or(Error::NoBody(seq))?;
        match entry.payload() {
            Payload::Whole { bytes, .. } => Ok(Some(Letter { seq, body: bytes.to_vec() })),
            Payload::None | Payload::Erased => Err(Error::NoBody(seq)),
        }
    }

    /// Takes a message that was dealt with out of the inbox.
    ///
    /// # Errors
    /// As [`Client::once`].
    pub(crate) fn acknowledge(&self, letter: &Letter) -> Result<(), Error> {
        let ack = Command::Ack(ipc::Ack { message: letter.seq });
        self.once(ack, &letter.seq.to_string(), None, Some(letter.seq))
    }

    fn is_running(&self, state: &State) -> bool {
        let row = state.process_table.live(self.pid);
        row.is_some_and(|row| row.generation == self.generation && row.state == RunState::Running)
    }

    fn note(&self, failure: &Error) {
        let failure = format!("{}: {failure}", self.role);
        *self.shared.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(failure);
    }
}

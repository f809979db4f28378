//! Who is at the other end of a connection.

use super::Token;
use super::act::act_message;
use super::hooks::{Kin, Peers};
use super::wire::{Auth, Frame};
use crate::Error;
use ed25519_dalek::{Signature, VerifyingKey};
use weft_projections::state::RunState;
use weft_projections::{Actor, Digest, Generation, OperatorId, Pid, State};

/// What a connection has shown of itself.
#[derive(Debug)]
pub(super) struct Session {
    log_id: Digest,
    nonce: [u8; 32],
    /// The process at the other end when it connected, as the operating system knows it.
    os_pid: Option<u32>,
    run: Option<Run>,
    /// The id of the last request that was signed: the next one has to be greater.
    last_signed: u64,
    key: Option<(Digest, VerifyingKey)>,
}

/// A run of a process, by what State knows of its token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Run {
    pid: Pid,
    generation: Generation,
    digest: Digest,
}

/// Whoever asks, so that it can be asked again later whether it is still so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    Operator(OperatorId),
    Process(Run),
    Nobody(Why),
}

/// Why somebody is nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Why {
    #[error("neither token nor signature")]
    NothingShown,
    #[error("the token is not valid, or not any more")]
    Token,
    #[error("the token belongs to another process than the one that connected")]
    ForeignProcess,
    #[error("no such operator")]
    Operator,
    #[error("a signed request needs a whole number as its id")]
    NoNumber,
    #[error("the id is not greater than that of an earlier signed request")]
    Replayed,
    #[error("the signature does not fit the request")]
    Signature,
}

impl Who {
    /// The actor as of `state`.
    pub(super) fn actor(self, state: &State) -> Actor {
        match self {
            Who::Operator(operator) => Actor::Operator(operator),
            Who::Process(run) if run.is_current(state) => Actor::Process(run.pid),
            Who::Process(_) | Who::Nobody(_) => Actor::Unauthenticated,
        }
    }
}

impl Run {
    /// Whether the run goes on and the token is its own.
    fn is_current(&self, state: &State) -> bool {
        let row = state.process_table.get(self.pid);
        row.is_some_and(|row| {
            row.generation == self.generation
                && matches!(row.state, RunState::Running | RunState::Stopping)
                && row.token == Some(self.digest)
        })
    }
}

impl Session {
    /// A connection of the process `os_pid`.
    ///
    /// # Errors
    /// [`Error::Entropy`] when there is none for the nonce.
    pub(super) fn new(log_id: Digest, os_pid: Option<u32>) -> Result<Session, Error> {
        let mut nonce = [0; 32];
        getrandom::fill(&mut nonce).map_err(|error| Error::Entropy(error.to_string()))?;
        Ok(Session { log_id, nonce, os_pid, run: None, last_signed: 0, key: None })
    }

    pub(super) fn nonce(&self) -> &[u8; 32] {
        &self.nonce
    }

    /// Takes the token that a client shows in place of an earlier one.
    pub(super) fn show(&mut self, text: &str, state: &State, peers: &dyn Peers) -> Result<(), Why> {
        self.run = None;
        let token: Token = text.parse().map_err(|_| Why::Token)?;
        let run = Run { pid: token.pid, generation: token.generation, digest: token.digest() };
        if !run.is_current(state) {
            return Err(Why::Token);
        }
        match self.os_pid.map_or(Kin::Unknown, |os_pid| peers.kin_of(os_pid)) {
            Kin::Outside => {}
            Kin::Agent(agent) if agent == run.pid => {}
            // Who connects and ends at once, to let a child speak, hides whose child that is.
            Kin::Agent(_) | Kin::Unknown => return Err(Why::ForeignProcess),
        }
        self.run = Some(run);
        Ok(())
    }

    /// Who asks for `frame`: the signature counts where there is one, else the token.
    pub(super) fn who(&mut self, frame: &Frame<'_>, state: &State) -> Who {
        match (&frame.auth, self.run) {
            (Some(auth), _) => {
                self.verify(auth, frame, state).map_or_else(Who::Nobody, Who::Operator)
            }
            (None, Some(run)) if run.is_current(state) => Who::Process(run),
            (None, Some(_)) => Who::Nobody(Why::Token),
            (None, None) => Who::Nobody(Why::NothingShown),
        }
    }

    /// Whether the connection has shown anything that was valid at the time.
    pub(super) fn is_known(&self) -> bool {
        self.run.is_some() || self.is_operator()
    }

    pub(super) fn is_operator(&self) -> bool {
        self.last_signed > 0
    }

    pub(super) fn last_signed(&self) -> u64 {
        self.last_signed
    }

    /// Takes back that a request was signed, which has to be looked at again.
    pub(super) fn set_last_signed(&mut self, id: u64) {
        self.last_signed = id;
    }

    fn verify(
        &mut self,
        auth: &Auth<'_>,
        frame: &Frame<'_>,
        state: &State,
    ) -> Result<OperatorId, Why> {
        let operator = OperatorId::new(auth.operator).ok_or(Why::Operator)?;
        let public = state.governance.operator_key(operator).ok_or(Why::Operator)?;
        let id = frame.number().ok_or(Why::NoNumber)?;
        if id <= self.last_signed {
            return Err(Why::Replayed);
        }
        let mut signature = [0; 64];
        hex::decode_to_slice(&*auth.signature, &mut signature).map_err(|_| Why::Signature)?;
        let message = act_message(&self.log_id, &self.nonce, id, &frame.method, frame.params());
        let key = self.key(public)?;
        key.verify_strict(&message, &Signature::from_bytes(&signature))
            .map_err(|_| Why::Signature)?;
        self.last_signed = id;
        Ok(operator)
    }

    /// The key, which is decompressed once.
    fn key(&mut self, public: Digest) -> Result<VerifyingKey, Why> {
        match self.key {
            Some((known, key)) if known == public => Ok(key),
            Some(_) | None => {
                let key = VerifyingKey::from_bytes(&public.0).map_err(|_| Why::Operator)?;
                self.key = Some((public, key));
                Ok(key)
            }
        }
    }
}

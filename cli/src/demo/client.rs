//! How the agents and the kernel process submit commands, each of them once.

use super::{Error, ids};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use weft_commands::Command;
use weft_projections::{Actor, Seq};
use weft_runtime::{Answer, Handle, Native, Published, Receipt, Refused, Request};

/// One command, whose id is made from its kind and `whom`: asked twice, it happens once.
#[derive(Debug, Clone)]
pub(crate) struct Ask<'a> {
    pub(crate) actor: Actor,
    pub(crate) command: Command,
    pub(crate) whom: &'a str,
    pub(crate) body: Option<Vec<u8>>,
    pub(crate) cause: Option<Seq>,
}

/// A client of the kernel's threads. Its clones share the counter of repetitions.
#[derive(Clone)]
pub(crate) struct Client {
    handle: Handle<Native>,
    repeated: Arc<AtomicU64>,
}

impl Client {
    /// A client behind `handle`.
    pub(crate) fn new(handle: Handle<Native>) -> Client {
        Client { handle, repeated: Arc::default() }
    }

    /// The kernel's threads.
    pub(crate) fn handle(&self) -> &Handle<Native> {
        &self.handle
    }

    /// State as of the last durable batch.
    pub(crate) fn published(&self) -> Arc<Published> {
        self.handle.published()
    }

    /// How many commands were answered with the receipt of an earlier time.
    pub(crate) fn repeated(&self) -> u64 {
        self.repeated.load(Ordering::Relaxed)
    }

    /// Submits a command that has to take effect, now or in an earlier life of the asker.
    ///
    /// # Errors
    /// [`Error::Refused`] when gate or decider refuse it, [`Error::Runtime`] when the kernel stops.
    pub(crate) fn once(&self, ask: Ask<'_>) -> Result<(), Error> {
        let name = ask.command.name();
        match self.attempt(ask)? {
            Ok(receipt) if receipt.took_effect() => Ok(()),
            Ok(receipt) => Err(Error::Refused { command: name, why: refusal(&receipt) }),
            // Done in an earlier life, with another content: a file has changed since. The first count stands.
            Err(Refused::Conflict(_)) => {
                self.repeated.fetch_add(1, Ordering::Relaxed);
                Ok(())
            }
            Err(refused) => Err(Error::Refused { command: name, why: refused.to_string() }),
        }
    }

    /// Submits a command, whatever becomes of it.
    ///
    /// # Errors
    /// [`Error::Runtime`] when the kernel stops.
    pub(crate) fn attempt(&self, ask: Ask<'_>) -> Result<Answer, Error> {
        let id = ids::id(ask.command.name(), ask.whom);
        let mut request = Request::new(ask.actor, id, ask.command);
        if let Some(cause) = ask.cause {
            request = request.caused_by(cause);
        }
        if let Some(body) = ask.body {
            request = request.with_payload(self.handle.payload(body)?);
        }
        let answer = self.handle.submit(request)?;
        if answer.as_ref().is_ok_and(|receipt| receipt.duplicate) {
            self.repeated.fetch_add(1, Ordering::Relaxed);
        }
        Ok(answer)
    }
}

fn refusal(receipt: &Receipt) -> String {
    match &receipt.ruling.refusal {
        Some(refusal) => refusal.detail.clone(),
        None => receipt.ruling.decision.verdict.to_string(),
    }
}

//! What the kernel itself says on the chain.

use crate::kernel::{Answer, Receipt, Refused, Request};
use crate::platform::Native;
use crate::{Error, Handle};
use std::time::Duration;
use tokio::time::sleep;
use weft_commands::Command;
use weft_projections::Actor;

/// How long a report waits before it is tried again when the disk is full.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Submits commands of the kernel.
#[derive(Debug, Clone)]
pub(super) struct Reports {
    handle: Handle<Native>,
}

impl Reports {
    pub(super) fn new(handle: Handle<Native>) -> Reports {
        Reports { handle }
    }

    pub(super) fn handle(&self) -> &Handle<Native> {
        &self.handle
    }

    /// Puts `command` on the chain, however long the disk stays full or ids are read again: what has happened has to be
    /// said. The receipt may hold a refusal of the decider, when State has moved on.
    ///
    /// # Errors
    /// [`Error::Halted`] when the kernel has stopped, [`Error::Refused`] when it cannot be recorded.
    pub(super) async fn report(&self, command: Command) -> Result<Receipt, Error> {
        let request = Request::new(Actor::Kernel, self.handle.fresh_id()?, command);
        loop {
            match self.submit(request.clone()).await? {
                Ok(receipt) => return Ok(receipt),
                Err(Refused::NoSpace | Refused::IdsUnknown) => sleep(RETRY_AFTER).await,
                Err(Refused::OutcomeUnknown) => return Err(Error::Halted),
                Err(refused) => return Err(refused.into()),
            }
        }
    }

    async fn submit(&self, request: Request) -> Result<Answer, Error> {
        self.handle.ask(request).await
    }
}

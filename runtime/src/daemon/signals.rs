//! Why a daemon stops.

use std::io;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The signals that ask a daemon to stop. Whoever has this has the handlers in place.
#[derive(Debug)]
pub(super) struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Sets the handlers; within a runtime.
    ///
    /// # Errors
    /// What the operating system says.
    pub(super) fn handle() -> io::Result<Signals> {
        let (terminate, interrupt) = (SignalKind::terminate(), SignalKind::interrupt());
        Ok(Signals { terminate: signal(terminate)?, interrupt: signal(interrupt)? })
    }

    /// Waits for SIGTERM or SIGINT (Ctrl-C), and returns its name.
    pub(super) async fn asked_to_stop(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}

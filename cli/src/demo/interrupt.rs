//! Ctrl-C, and what else asks the demo to end: nothing of it may stay behind.

use super::os_process::{OsProcess, descendants};
use super::{Error, limits};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::{io, thread};
use tokio::signal::unix::{SignalKind, signal};

/// Whether the demo is to end. The kernel that runs is killed at once, so that whoever waits for it wakes up.
#[derive(Debug, Clone, Default)]
pub(crate) struct Interrupt(Arc<Mutex<Inner>>);

#[derive(Debug, Default)]
struct Inner {
    came: bool,
    kernel: Option<OsProcess>,
    /// What the kernel had started when it was killed.
    below: Vec<OsProcess>,
}

impl Interrupt {
    /// Listens from now on.
    ///
    /// # Errors
    /// [`Error::Process`] when the operating system refuses.
    pub(crate) fn listen() -> Result<Interrupt, Error> {
        let interrupt = Interrupt::default();
        let theirs = interrupt.clone();
        let tasks = tokio::runtime::Builder::new_current_thread().enable_io().build();
        let tasks = tasks.map_err(Error::Process)?;
        // Not joined: it waits for what may never come, and ends with the process.
        let listener = thread::Builder::new().name("interrupt".to_owned());
        let listening = listener.spawn(move || {
            if tasks.block_on(asked_to_end()).is_ok() {
                theirs.raise();
            }
        });
        listening.map(drop).map_err(Error::Process)?;
        Ok(interrupt)
    }

    /// Kills `kernel` when the demo is to end.
    ///
    /// # Errors
    /// [`Error::Interrupted`] when it is to end already.
    pub(crate) fn watch(&self, kernel: OsProcess) -> Result<(), Error> {
        let mut inner = self.lock();
        if inner.came {
            kernel.kill();
            return Err(Error::Interrupted);
        }
        inner.kernel = Some(kernel);
        Ok(())
    }

    /// Fails when the demo is to end.
    ///
    /// # Errors
    /// [`Error::Interrupted`].
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.lock().came { Err(Error::Interrupted) } else { Ok(()) }
    }

    /// What the end of the demo's work means: when it was to end early, whatever went wrong is part of that. Waits
    /// for what the kernel had started.
    ///
    /// # Errors
    /// [`Error::Interrupted`], or what `told` is.
    pub(crate) fn rule<T>(&self, told: Result<T, Error>) -> Result<T, Error> {
        let inner = self.lock();
        if !inner.came {
            return told;
        }
        for process in &inner.below {
            process.ends_within(limits::DYING_MAX);
        }
        Err(Error::Interrupted)
    }

    fn raise(&self) {
        let mut inner = self.lock();
        inner.came = true;
        if let Some(kernel) = inner.kernel.take() {
            // What it starts between the two would be missed.
            kernel.freeze();
            // Without them there is nobody to wait for; they end all the same.
            inner.below = descendants(kernel.pid).unwrap_or_default();
            kernel.kill();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn asked_to_end() -> io::Result<()> {
    let (mut interrupt, mut terminate, mut hangup) = (
        signal(SignalKind::interrupt())?,
        signal(SignalKind::terminate())?,
        signal(SignalKind::hangup())?,
    );
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        _ = hangup.recv() => {}
    }
    Ok(())
}

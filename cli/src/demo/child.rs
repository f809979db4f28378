//! The parent's end of the kernel process. It never outlives this value.

use super::protocol::{Allowance, Progress};
use super::{Error, limits};
use std::env;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;

/// A running kernel process.
#[derive(Debug)]
pub(crate) struct KernelProcess {
    child: Child,
    /// Held open: its end is how the child learns that this process is gone.
    stdin: ChildStdin,
    lines: Receiver<String>,
}

impl KernelProcess {
    /// Starts this same program as the kernel of the node in `data_dir`, over the files of `folder`.
    ///
    /// # Errors
    /// [`Error::Process`] when the operating system does not start it.
    pub(crate) fn start(data_dir: &Path, folder: &Path) -> Result<KernelProcess, Error> {
        let program = env::current_exe().map_err(Error::Process)?;
        let mut command = Command::new(program);
        command
            .arg("--data-dir")
            .arg(data_dir)
            .arg("demo")
            .arg("--as-kernel")
            .arg("--")
            .arg(folder);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(Error::Process)?;
        let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Error::Ended("it has no pipes".to_owned()));
        };
        let (sender, lines) = channel();
        let listener = thread::Builder::new().name("kernel-process".to_owned());
        let process = KernelProcess { child, stdin, lines };
        listener.spawn(move || forward(stdout, &sender)).map_err(Error::Process)?;
        Ok(process)
    }

    /// Says how far the agents may go.
    ///
    /// # Errors
    /// [`Error::Ended`] when nobody listens any more.
    pub(crate) fn allow(&mut self, allowance: Allowance) -> Result<(), Error> {
        match writeln!(self.stdin, "{allowance}").and_then(|()| self.stdin.flush()) {
            Ok(()) => Ok(()),
            Err(_) => Err(self.ended()),
        }
    }

    /// Waits until so many files are reported.
    ///
    /// # Errors
    /// [`Error::Ended`] and [`Error::Stalled`] when that does not come.
    pub(crate) fn wait_for_reports(&mut self, files: u64) -> Result<(), Error> {
        loop {
            match self.next()? {
                Some(Progress::Reported(reported)) if reported >= files => return Ok(()),
                Some(Progress::Reported(_)) => {}
                Some(Progress::Halted { .. }) | None => return Err(self.ended()),
            }
        }
    }

    /// Kills it with SIGKILL, as a crash or the operating system would, and waits until it is gone.
    ///
    /// # Errors
    /// [`Error::Process`] when that is not possible, [`Error::Ended`] when it had ended before.
    pub(crate) fn kill(mut self) -> Result<ExitStatus, Error> {
        if self.child.try_wait().map_err(Error::Process)?.is_some() {
            return Err(self.ended());
        }
        self.child.kill().map_err(Error::Process)?;
        self.child.wait().map_err(Error::Process)
    }

    /// Waits until it has stopped in order; says how many commands it answered from the log.
    ///
    /// # Errors
    /// [`Error::Ended`] and [`Error::Stalled`] when it does not.
    pub(crate) fn finish(mut self) -> Result<u64, Error> {
        let mut halted = None;
        while let Some(progress) = self.next()? {
            match progress {
                Progress::Reported(_) => {}
                Progress::Halted { repeated } => halted = Some(repeated),
            }
        }
        let status = self.child.wait().map_err(Error::Process)?;
        halted.filter(|_| status.success()).ok_or_else(|| Error::Ended(status.to_string()))
    }

    /// What it says next; `None` when it has said everything.
    fn next(&mut self) -> Result<Option<Progress>, Error> {
        match self.lines.recv_timeout(limits::SILENCE_MAX) {
            Ok(line) => line.parse().map(Some).map_err(|_| Error::Unexpected(line)),
            Err(RecvTimeoutError::Timeout) => Err(Error::Stalled),
            Err(RecvTimeoutError::Disconnected) => Ok(None),
        }
    }

    /// How it ended, for a message. Its output has ended, so its end is at most a moment away.
    fn ended(&mut self) -> Error {
        match self.child.wait() {
            Ok(status) => Error::Ended(status.to_string()),
            Err(error) => Error::Process(error),
        }
    }
}

impl Drop for KernelProcess {
    fn drop(&mut self) {
        // Both fail when it is gone already, and that is what is wanted.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn forward(stdout: ChildStdout, lines: &Sender<String>) {
    for line in BufReader::new(stdout).lines() {
        let Ok(line) = line else { return };
        if lines.send(line).is_err() {
            return;
        }
    }
}

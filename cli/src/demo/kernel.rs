//! The daemon that is killed: both ends of its process.

use super::interrupt::Interrupt;
use super::os_process::{OsProcess, descendants};
use super::{Error, limits};
use crate::render::Out;
use rustix::process::{Signal, getpid, kill_process};
use std::io::{self, BufRead, BufReader, Read};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::{env, thread};
use weft_runtime::daemon;
use weft_runtime::node::Layout;

/// What the daemon says when it accepts commands.
const READY: &str = "ready";

/// What makes the command line an agent's, which a kernel is not.
const OF_AGENTS: [&str; 4] = ["WEFT_TOKEN", "WEFT_SOCKET", "WEFT_PID", "WEFT_NAME"];

/// Is the daemon of the node in `data_dir`, until a signal, an operator, or the end of this process's standard
/// input, which means that the demo is gone.
///
/// # Errors
/// Those of [`daemon::run`].
pub(crate) fn run(out: Out, data_dir: &Path) -> Result<(), Error> {
    let follow = || {
        drop(io::copy(&mut io::stdin().lock(), &mut io::sink()));
        // As if somebody had sent it: the daemon knows how to end in order then.
        let _ = kill_process(getpid(), Signal::TERM);
    };
    // Not joined: it waits for the parent's end, and ends with the process.
    thread::Builder::new().name("parent".to_owned()).spawn(follow).map_err(Error::Process)?;
    let layout = Layout::new(data_dir);
    Ok(daemon::run(&layout, |_| drop(out.line(READY)))?)
}

/// A running daemon. Neither it nor a process below it outlives this value.
#[derive(Debug)]
pub(crate) struct Kernel {
    child: Child,
    process: OsProcess,
    /// Held open: its end is how the child learns that this process is gone.
    _stdin: ChildStdin,
}

/// What a kill left.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Killed {
    /// The signal that ended the kernel.
    pub(crate) signal: i32,
    /// Processes below it, which are gone as well.
    pub(crate) processes: u64,
}

impl Kernel {
    /// Starts this same program as the daemon of the node in `data_dir`, and waits until it accepts commands.
    ///
    /// # Errors
    /// [`Error::Process`] when the operating system does not start it, [`Error::Ended`] and [`Error::Stalled`]
    /// when it does not get so far.
    pub(crate) fn start(data_dir: &Path, interrupt: &Interrupt) -> Result<Kernel, Error> {
        let mut command = Command::new(env::current_exe().map_err(Error::Process)?);
        command.arg("--data-dir").arg(data_dir).args(["demo", "--as-kernel"]);
        for name in OF_AGENTS {
            command.env_remove(name);
        }
        // In a group of its own, so that Ctrl-C reaches the demo alone, which then ends it.
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).process_group(0);
        let mut child = command.spawn().map_err(Error::Process)?;
        let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Error::Ended("it has no pipes".to_owned()));
        };
        let process = OsProcess::open(child.id())?;
        let process = process.ok_or_else(|| Error::Ended("at once".to_owned()))?;
        let watched = process.try_clone()?;
        let mut kernel = Kernel { child, process, _stdin: stdin };
        interrupt.watch(watched)?;
        kernel.wait_until_ready(stdout)?;
        Ok(kernel)
    }

    /// The operating system's number of its process.
    pub(crate) fn pid(&self) -> u32 {
        self.process.pid
    }

    /// Kills it with SIGKILL, as a crash or the operating system would, and waits until it and everything that it
    /// had started are gone.
    ///
    /// # Errors
    /// [`Error::Ended`] when it had ended before, [`Error::Orphans`] when something below it lives on.
    pub(crate) fn kill(mut self) -> Result<Killed, Error> {
        if let Some(status) = self.child.try_wait().map_err(Error::Process)? {
            return Err(Error::Ended(status.to_string()));
        }
        // Looking for what it had started takes a while, in which it must not get any further.
        self.process.freeze();
        let below = descendants(self.pid())?;
        self.process.kill();
        let status = self.child.wait().map_err(Error::Process)?;
        let orphans = below.iter().filter(|process| !process.ends_within(limits::DYING_MAX));
        match orphans.count() {
            0 => Ok(Killed {
                signal: status.signal().unwrap_or_default(),
                processes: below.len() as u64,
            }),
            orphans => Err(Error::Orphans(orphans)),
        }
    }

    /// Waits until it has ended as it was asked to.
    ///
    /// # Errors
    /// [`Error::Stalled`] and [`Error::Ended`] when it does not, or not in order.
    pub(crate) fn finish(mut self) -> Result<(), Error> {
        if !self.process.ends_within(limits::SILENCE_MAX) {
            return Err(Error::Stalled);
        }
        let status = self.child.wait().map_err(Error::Process)?;
        if status.success() { Ok(()) } else { Err(Error::Ended(status.to_string())) }
    }

    fn wait_until_ready(&mut self, stdout: ChildStdout) -> Result<(), Error> {
        match first_line(stdout)?.recv_timeout(limits::SILENCE_MAX) {
            Ok(line) if line == READY => Ok(()),
            Ok(_) | Err(RecvTimeoutError::Disconnected) => {
                // Its output has ended, so its end is at most a moment away.
                let status = self.child.wait().map_err(Error::Process)?;
                Err(Error::Ended(status.to_string()))
            }
            Err(RecvTimeoutError::Timeout) => Err(Error::Stalled),
        }
    }
}

impl Drop for Kernel {
    fn drop(&mut self) {
        let below = match self.child.try_wait() {
            Ok(None) => descendants(self.pid()).unwrap_or_default(),
            Ok(Some(_)) | Err(_) => Vec::new(),
        };
        self.process.kill();
        drop(self.child.wait());
        for process in &below {
            process.ends_within(limits::DYING_MAX);
        }
    }
}

/// Reads the first line in a thread, so that the wait for it has an end.
fn first_line(stdout: ChildStdout) -> Result<Receiver<String>, Error> {
    let (sender, line) = channel();
    let read = move || {
        let mut said = String::new();
        let mut reader = BufReader::new(stdout).take(READY.len() as u64 + 1);
        if reader.read_line(&mut said).is_ok() {
            // Who waited for it may have given up.
            drop(sender.send(said.trim_end().to_owned()));
        }
    };
    thread::Builder::new().name("kernel".to_owned()).spawn(read).map_err(Error::Process)?;
    Ok(line)
}

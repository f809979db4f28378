//! Processes of the operating system, by `/proc` and by descriptors that cannot mean another process later.

use super::Error;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::OwnedFd;
use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::time::{Duration, Instant};

/// A process, or what is left of one that has ended.
#[derive(Debug)]
pub(crate) struct OsProcess {
    pub(crate) pid: u32,
    fd: OwnedFd,
}

impl OsProcess {
    /// The process `pid`; `None` when there is no such process any more.
    ///
    /// # Errors
    /// [`Error::Process`] with what the operating system says.
    pub(crate) fn open(pid: u32) -> Result<Option<OsProcess>, Error> {
        let Some(raw) = i32::try_from(pid).ok().and_then(Pid::from_raw) else { return Ok(None) };
        match pidfd_open(raw, PidfdFlags::empty()) {
            Ok(fd) => Ok(Some(OsProcess { pid, fd })),
            Err(Errno::SRCH) => Ok(None),
            Err(error) => Err(Error::Process(error.into())),
        }
    }

    /// Another descriptor for it.
    ///
    /// # Errors
    /// [`Error::Process`] with what the operating system says.
    pub(crate) fn try_clone(&self) -> Result<OsProcess, Error> {
        let fd = self.fd.try_clone().map_err(Error::Process)?;
        Ok(OsProcess { pid: self.pid, fd })
    }

    /// Lets it do nothing more, so that it can be looked at.
    pub(crate) fn freeze(&self) {
        // It fails when the process is gone already: then it does nothing, either.
        let _ = pidfd_send_signal(&self.fd, Signal::STOP);
    }

    /// Ends it with SIGKILL; one that has ended stays so.
    pub(crate) fn kill(&self) {
        // It fails when the process is gone already, and that is what is wanted.
        let _ = pidfd_send_signal(&self.fd, Signal::KILL);
    }

    /// Waits until it has ended; tells whether it has.
    pub(crate) fn ends_within(&self, time_max: Duration) -> bool {
        let begun = Instant::now();
        loop {
            let left = time_max.saturating_sub(begun.elapsed());
            let time = Timespec::try_from(left).ok();
            match poll(&mut [PollFd::new(&self.fd, PollFlags::IN)], time.as_ref()) {
                Ok(0) => return false,
                Err(Errno::INTR) => {}
                Ok(_) => return true,
                Err(_) => return false,
            }
        }
    }
}

/// Every process below `root`, which is not among them.
///
/// # Errors
/// [`Error::Process`] when `/proc` cannot be read.
pub(crate) fn descendants(root: u32) -> Result<Vec<OsProcess>, Error> {
    let parents = parents().map_err(Error::Process)?;
    let is_below = |pid: u32| {
        let mut lineage = std::iter::successors(Some(pid), |pid| parents.get(pid).copied());
        // A process is not its own ancestor, save for an instant in which numbers are given again.
        lineage.by_ref().take(parents.len() + 1).skip(1).any(|above| above == root)
    };
    let below = parents.keys().filter(|pid| is_below(**pid));
    below.filter_map(|pid| OsProcess::open(*pid).transpose()).collect()
}

/// The process below the kernel `root` whose last argument is `name`: an agent's program.
///
/// # Errors
/// [`Error::NoProgram`] when there is none.
pub(crate) fn program(root: u32, name: &str) -> Result<OsProcess, Error> {
    let is_named = |process: &OsProcess| last_argument(process.pid).as_deref() == Some(name);
    descendants(root)?.into_iter().find(is_named).ok_or_else(|| Error::NoProgram(name.to_owned()))
}

fn last_argument(pid: u32) -> Option<String> {
    let line = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
    let text = String::from_utf8(line).ok()?;
    text.strip_suffix('\0')?.rsplit('\0').next().map(str::to_owned)
}

/// The parent of each process.
fn parents() -> io::Result<BTreeMap<u32, u32>> {
    let mut parents = BTreeMap::new();
    for entry in fs::read_dir("/proc")? {
        let Some(pid) = entry?.file_name().to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        if let Some(parent) = parent(pid) {
            parents.insert(pid, parent);
        }
    }
    Ok(parents)
}

/// The parent, which stands second after the name in parentheses (proc(5), `/proc/pid/stat`).
fn parent(pid: u32) -> Option<u32> {
    let stat = fs::read(format!("/proc/{pid}/stat")).ok()?;
    let name_end = stat.iter().rposition(|byte| *byte == b')')?;
    let rest = std::str::from_utf8(stat.get(name_end + 1..)?).ok()?;
    rest.split_whitespace().nth(1)?.parse().ok()
}

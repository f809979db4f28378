//! The end of everything below this process, where no namespace sees to it.

use rustix::io::Errno;
use rustix::process::{Pid, Signal, WaitOptions, getpid, kill_process, wait};
use std::collections::HashMap;
use std::{fs, io};

/// Rounds of killing: a tree that grows faster than it is felled for this long has no limit on processes.
const ROUNDS_MAX: usize = 1_000;

/// Kills every descendant, and waits for those that are children, until there are none. This process
/// has to be their subreaper.
pub(super) fn end_all() -> io::Result<()> {
    for _ in 0..ROUNDS_MAX {
        if !reap()? {
            return Ok(());
        }
        for pid in descendants()? {
            // It may have ended in the meantime.
            let _ = kill_process(pid, Signal::KILL);
        }
        match wait(WaitOptions::empty()) {
            Ok(_) | Err(Errno::CHILD | Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(io::Error::other("processes are made faster than they can be ended"))
}

/// Takes what is left of children that have ended; `false` when there are no children.
fn reap() -> io::Result<bool> {
    loop {
        match wait(WaitOptions::NOHANG) {
            Err(Errno::CHILD) => return Ok(false),
            Ok(None) => return Ok(true),
            Ok(Some(_)) | Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Everything below this process, parents before children.
fn descendants() -> io::Result<Vec<Pid>> {
    let mut children: HashMap<Pid, Vec<Pid>> = HashMap::new();
    for entry in fs::read_dir("/proc")? {
        let name = entry?.file_name();
        let Some(pid) = name.to_str().and_then(|name| Pid::from_raw(name.parse().ok()?)) else {
            continue;
        };
        if let Some(parent) = parent(pid) {
            children.entry(parent).or_default().push(pid);
        }
    }
    let mut found = Vec::new();
    let mut open = vec![getpid()];
    while let Some(parent) = open.pop() {
        let below = children.remove(&parent).unwrap_or_default();
        found.extend(&below);
        open.extend(below);
    }
    Ok(found)
}

/// The parent, which stands second after the name in parentheses (proc(5), `/proc/pid/stat`).
fn parent(pid: Pid) -> Option<Pid> {
    let stat = fs::read(format!("/proc/{pid}/stat")).ok()?;
    let name_end = stat.iter().rposition(|byte| *byte == b')')?;
    let rest = std::str::from_utf8(stat.get(name_end + 1..)?).ok()?;
    Pid::from_raw(rest.split_whitespace().nth(1)?.parse().ok()?)
}

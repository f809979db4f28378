//! Processes of this machine, as `/proc` shows them.

use std::collections::BTreeMap;
use std::fs;

/// A process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Process {
    pub(crate) pid: u32,
    parent: u32,
    /// When it began: together with its number this is one process, and no later one.
    began: u64,
    pub(crate) arguments: Vec<String>,
}

/// All of them.
pub(crate) struct Processes(BTreeMap<u32, Process>);

impl Processes {
    pub(crate) fn now() -> Processes {
        let entries = fs::read_dir("/proc").unwrap();
        let pids = entries.filter_map(|entry| entry.unwrap().file_name().to_str()?.parse().ok());
        Processes(pids.filter_map(|pid| Some((pid, Process::look(pid)?))).collect())
    }

    /// Those with `mark` in an argument.
    pub(crate) fn marked(&self, mark: &str) -> impl Iterator<Item = &Process> {
        let is_marked = move |process: &&Process| {
            process.arguments.iter().any(|argument| argument.contains(mark))
        };
        self.0.values().filter(is_marked)
    }

    /// Whether it is still there.
    pub(crate) fn has(&self, process: &Process) -> bool {
        self.0.get(&process.pid).is_some_and(|found| found.began == process.began)
    }

    /// Everything below the process `pid`.
    pub(crate) fn below(&self, pid: u32) -> impl Iterator<Item = &Process> {
        self.0.values().filter(move |process| self.child_of(process.pid, pid).is_some())
    }

    /// The children of the process `pid`.
    pub(crate) fn children_of(&self, pid: u32) -> impl Iterator<Item = &Process> {
        self.0.values().filter(move |process| process.parent == pid)
    }

    /// Which child of `above` the process `pid` is, or comes from.
    pub(crate) fn child_of(&self, pid: u32, above: u32) -> Option<u32> {
        let mut process = self.0.get(&pid)?;
        // A line of parents is no longer than there are processes.
        for _ in 0..self.0.len() {
            if process.parent == above {
                return Some(process.pid);
            }
            process = self.0.get(&process.parent)?;
        }
        None
    }
}

impl Process {
    /// What is left of a process that has ended does not count.
    fn look(pid: u32) -> Option<Process> {
        let stat = fs::read(format!("/proc/{pid}/stat")).ok()?;
        let name_end = stat.iter().rposition(|byte| *byte == b')')?;
        let fields: Vec<&str> =
            std::str::from_utf8(&stat[name_end + 1..]).ok()?.split_whitespace().collect();
        if matches!(fields[0], "Z" | "X") {
            return None;
        }
        let arguments = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
        let arguments = arguments.split(|byte| *byte == 0);
        Some(Process {
            pid,
            parent: fields[1].parse().ok()?,
            began: fields[19].parse().ok()?,
            arguments: arguments.map(|one| String::from_utf8_lossy(one).into_owned()).collect(),
        })
    }
}

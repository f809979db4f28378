//! Which agent an operating-system process belongs to.

use crate::api::{Kin, Peers};
use std::collections::BTreeMap;
use std::fs;
use std::sync::{Mutex, MutexGuard, PoisonError};
use weft_projections::Pid;

/// More ancestors than a Linux process can have: its pids end at 4,194,304.
const ANCESTORS_MAX: usize = 1 << 22;

/// The shims that run, by their operating-system pid. Everything an agent starts stays below its shim:
/// orphans go to the first process of the agent's own pid namespace, or to the shim as their subreaper.
#[derive(Debug, Default)]
pub struct Families {
    shims: Mutex<BTreeMap<u32, Pid>>,
}

impl Peers for Families {
    fn kin_of(&self, os_pid: u32) -> Kin {
        match self.climb(os_pid) {
            // An ancestor may have ended on the way up, and left its children to another.
            Kin::Unknown => self.climb(os_pid),
            known @ (Kin::Agent(_) | Kin::Outside) => known,
        }
    }
}

impl Families {
    /// From a process upwards, until a shim or the top is met.
    fn climb(&self, os_pid: u32) -> Kin {
        let shims = self.shims();
        let mut at = os_pid;
        for _ in 0..ANCESTORS_MAX {
            if let Some(pid) = shims.get(&at) {
                return Kin::Agent(*pid);
            }
            match parent(at) {
                None => return Kin::Unknown,
                Some(0) => return Kin::Outside,
                Some(parent) => at = parent,
            }
        }
        Kin::Unknown
    }

    pub(super) fn add(&self, shim: u32, pid: Pid) {
        self.shims().insert(shim, pid);
    }

    pub(super) fn remove(&self, shim: u32) {
        self.shims().remove(&shim);
    }

    fn shims(&self) -> MutexGuard<'_, BTreeMap<u32, Pid>> {
        self.shims.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The parent, 0 for who has none here; `None` for a process that has ended. It stands second after the name in parentheses (proc(5), `/proc/pid/stat`).
fn parent(os_pid: u32) -> Option<u32> {
    let stat = fs::read(format!("/proc/{os_pid}/stat")).ok()?;
    let name_end = stat.iter().rposition(|byte| *byte == b')')?;
    let rest = std::str::from_utf8(stat.get(name_end + 1..)?).ok()?;
    rest.split_whitespace().nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::{Command, Stdio};

    #[test]
    fn a_grandchild_belongs_to_the_agent_whose_shim_started_its_parent() {
        let pid = Pid::new(7).unwrap();
        let families = Families::default();
        assert_eq!(families.kin_of(std::process::id()), Kin::Outside);
        families.add(std::process::id(), pid);
        // The shell stays and has a child that says its own pid.
        let script = "sh -c 'echo $$; read line' ; true";
        let mut shell = Command::new("sh")
            .args(["-c", script])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut said = std::io::BufReader::new(shell.stdout.take().unwrap());
        std::io::BufRead::read_line(&mut said, &mut line).unwrap();
        let grandchild: u32 = line.trim().parse().unwrap();
        assert_ne!(grandchild, shell.id());
        assert_eq!(families.kin_of(grandchild), Kin::Agent(pid));
        families.remove(std::process::id());
        families.add(shell.id(), pid);
        assert_eq!(families.kin_of(grandchild), Kin::Agent(pid));
        assert_eq!(families.kin_of(1), Kin::Outside);
        drop(shell.stdin.take());
        shell.wait().unwrap();
        assert_eq!(families.kin_of(grandchild), Kin::Unknown);
    }
}

//! What a shim tells the kernel.

use serde::{Deserialize, Serialize};

/// The first version of Landlock that covers files, signals and abstract sockets (Linux 6.12).
pub const LANDLOCK_ABI_MIN: u32 = 6;

/// The number of that signal, the same on every machine that Linux runs on (signal(7)).
const SIGKILL: u8 = 9;

/// One line of a shim's stdout. First [`Report::Ready`], then one of the others; or [`Report::Failed`] alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Report {
    /// The program runs, or has already ended.
    Ready {
        /// The program's process, as the kernel's own PID namespace numbers it; the first process of
        /// its namespace when the program ended at once.
        pid: u32,
        /// What holds for this run.
        guarantees: Guarantees,
    },
    /// The program has ended, and nothing that it started is left.
    Exited {
        /// Its exit code, when it ended by itself; 127 when there is no such program, 126 when it
        /// cannot be started, and the reason stands on the program's stderr.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<u8>,
        /// The signal that ended it, else.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        signal: Option<u8>,
    },
    /// The shim could not do its work; nothing that it started is left.
    Failed {
        /// Why, for people.
        reason: String,
    },
}

impl Report {
    /// The end of a program that was given no choice.
    pub(super) fn killed() -> Report {
        Report::Exited { code: None, signal: Some(SIGKILL) }
    }
}

/// What holds for a run. Made of facts that were seen, not of what was asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guarantees {
    /// It has a user namespace of its own: no right of the node's user over anything but its files.
    pub user_namespace: bool,
    /// It sees only granted paths, parts of the system, and the kernel's socket.
    pub mount_namespace: bool,
    /// It sees only its own processes, and none outlives the shim.
    pub pid_namespace: bool,
    /// The version of Landlock that holds it; 0 for none.
    pub landlock_abi: u32,
    /// No program that it starts gives it rights.
    pub no_new_privs: bool,
    /// Its processes and threads are counted and bounded.
    #[serde(default)]
    pub process_limit: bool,
    /// Why something is missing, for people.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
}

impl Guarantees {
    /// Whether the run counts as confined: nothing is missing, and Landlock is at least
    /// [`LANDLOCK_ABI_MIN`].
    pub fn is_confined(&self) -> bool {
        self.user_namespace
            && self.mount_namespace
            && self.pid_namespace
            && self.landlock_abi >= LANDLOCK_ABI_MIN
            && self.no_new_privs
            && self.process_limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(report: &Report, line: &str) {
        assert_eq!(serde_json::to_string(report).unwrap(), line);
        assert_eq!(serde_json::from_str::<Report>(line).unwrap(), *report);
    }

    #[test]
    fn reports_are_these_lines() {
        let guarantees = Guarantees {
            user_namespace: true,
            mount_namespace: true,
            pid_namespace: true,
            landlock_abi: 7,
            no_new_privs: true,
            process_limit: true,
            missing: Vec::new(),
        };
        assert!(guarantees.is_confined());
        assert!(!Guarantees { landlock_abi: 5, ..guarantees.clone() }.is_confined());
        assert!(!Guarantees::default().is_confined());
        check(
            &Report::Ready { pid: 12, guarantees },
            "{\"ready\":{\"pid\":12,\"guarantees\":{\"user_namespace\":true,\
             \"mount_namespace\":true,\"pid_namespace\":true,\"landlock_abi\":7,\
             \"no_new_privs\":true,\"process_limit\":true}}}",
        );
        check(&Report::Exited { code: Some(3), signal: None }, r#"{"exited":{"code":3}}"#);
        check(&Report::Exited { code: None, signal: Some(9) }, r#"{"exited":{"signal":9}}"#);
        check(&Report::Failed { reason: "why".to_owned() }, r#"{"failed":{"reason":"why"}}"#);
    }
}

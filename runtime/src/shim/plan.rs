//! What the kernel asks of a shim.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

/// Most bytes of the line that holds a [`Plan`], and of any other line between kernel and shim.
pub const LINE_BYTES_MAX: usize = 256 * 1024;

/// Most arguments of a program, its name included, and most variables of its environment.
pub const ARGUMENTS_MAX: usize = 4_096;

/// Most paths of each list of a [`Plan`].
pub const PATHS_MAX: usize = 1_024;

/// Most bytes of a confined program's private `/tmp`, and of its `/dev/shm`. They count as memory.
pub const TMP_BYTES_MAX: u64 = 64 << 20;

/// The line that asks the program to end: SIGTERM to its group, SIGKILL to everything after the grace.
pub const STOP: &str = "stop";

/// One run of a program: what it is and what it may have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The program and its arguments. A name without a slash is looked for in the `PATH` of `env`.
    pub argv: Vec<String>,
    /// The whole environment: nothing is inherited.
    pub env: BTreeMap<String, String>,
    /// Where it starts; absent: `/tmp`, or `/` where it gets no private one.
    pub cwd: Option<PathBuf>,
    /// Files and folders that it may read and execute: absolute, none of them over a symbolic link.
    pub read: Vec<PathBuf>,
    /// Files and folders that it may read, execute and write, likewise.
    pub write: Vec<PathBuf>,
    /// The kernel's socket, absolute.
    pub socket: PathBuf,
    /// What it never sees, whatever `read` and `write` say: the node's data directory.
    pub hidden: Vec<PathBuf>,
    /// What it may use up.
    pub limits: Limits,
    /// How long it may take to end after [`STOP`], in milliseconds.
    pub grace_ms: u64,
    /// What happens where it cannot be confined in full.
    pub confinement: Confinement,
}

/// What happens where a program cannot be confined in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confinement {
    /// It is not started, and counts as ended with code 126.
    Required,
    /// It runs with what there is.
    AsFarAsPossible,
}

/// What a program may use up; each is enforced by the operating system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Open files of one process.
    pub open_files: u64,
    /// Processes and threads, all together.
    pub processes: u64,
    /// Bytes of one file.
    pub file_bytes: u64,
    /// Bytes of a core dump.
    pub core_bytes: u64,
}

/// Why a plan is not carried out.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Invalid {
    /// There is no program.
    #[error("the plan names no program")]
    NoProgram,
    /// A list is too long.
    #[error("the plan has {found} {what}, more than {most}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many there may be.
        most: usize,
    },
    /// A path is relative, or not in its plain form.
    #[error("{} is not an absolute path in its plain form", .0.display())]
    Path(PathBuf),
}

impl Plan {
    /// Whether a shim would carry this out.
    ///
    /// # Errors
    /// [`Invalid`], the first reason found.
    pub fn check(&self) -> Result<(), Invalid> {
        if self.argv.first().is_none_or(String::is_empty) {
            return Err(Invalid::NoProgram);
        }
        at_most("arguments", self.argv.len(), ARGUMENTS_MAX)?;
        at_most("variables", self.env.len(), ARGUMENTS_MAX)?;
        at_most("paths to read", self.read.len(), PATHS_MAX)?;
        at_most("paths to write", self.write.len(), PATHS_MAX)?;
        at_most("hidden paths", self.hidden.len(), PATHS_MAX)?;
        let single = self.cwd.iter().chain([&self.socket]);
        let paths = single.chain(&self.read).chain(&self.write).chain(&self.hidden);
        paths.into_iter().try_for_each(|path| plain(path))
    }
}

fn at_most(what: &'static str, found: usize, most: usize) -> Result<(), Invalid> {
    if found <= most { Ok(()) } else { Err(Invalid::TooMany { what, found, most }) }
}

fn plain(path: &Path) -> Result<(), Invalid> {
    let is_plain = |part| matches!(part, Component::RootDir | Component::Normal(_));
    if path.is_absolute() && path.components().all(is_plain) {
        Ok(())
    } else {
        Err(Invalid::Path(path.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> Plan {
        Plan {
            argv: vec!["true".to_owned()],
            env: BTreeMap::new(),
            cwd: None,
            read: vec!["/srv/data".into()],
            write: Vec::new(),
            socket: "/srv/node/kernel.sock".into(),
            hidden: vec!["/srv/node".into()],
            limits: Limits { open_files: 64, processes: 16, file_bytes: 1 << 20, core_bytes: 0 },
            grace_ms: 1_000,
            confinement: Confinement::Required,
        }
    }

    #[test]
    fn a_plan_survives_its_line() {
        let line = serde_json::to_string(&plan()).unwrap();
        assert_eq!(serde_json::from_str::<Plan>(&line).unwrap(), plan());
        assert_eq!(plan().check(), Ok(()));
    }

    #[test]
    fn plans_that_make_no_sense_are_refused() {
        let nothing = Plan { argv: Vec::new(), ..plan() };
        assert_eq!(nothing.check(), Err(Invalid::NoProgram));
        let upwards = Plan { read: vec!["/srv/../etc".into()], ..plan() };
        assert_eq!(upwards.check(), Err(Invalid::Path("/srv/../etc".into())));
        let relative = Plan { cwd: Some("here".into()), ..plan() };
        assert_eq!(relative.check(), Err(Invalid::Path("here".into())));
        let many = Plan { argv: vec!["a".to_owned(); ARGUMENTS_MAX + 1], ..plan() };
        let expected =
            Invalid::TooMany { what: "arguments", found: ARGUMENTS_MAX + 1, most: ARGUMENTS_MAX };
        assert_eq!(many.check(), Err(expected));
    }
}

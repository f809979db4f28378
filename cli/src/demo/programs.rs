//! Which programs play the agents.

use super::names::Role;
use super::{Error, survey::Survey};
use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use weft_projections::Scope;

const ANALYST: &str = include_str!("agents/analyst.py");
const CLIENT: &str = include_str!("../../../fixtures/clients/weft.py");

/// What the analyst needs, and a version that knows how.
const CHECK: &str = "import sys, base64, hashlib, json, socket, urllib.parse, uuid
sys.exit(sys.version_info < (3, 8))";

/// The parts of the system that agents see; a Python elsewhere does not exist for them.
const SEEN: [&str; 4] = ["/usr", "/bin", "/lib", "/nix/store"];

/// The programs of the agents, and what they are given to read.
#[derive(Debug)]
pub(crate) struct Programs {
    weft: String,
    folder: String,
    python: Option<Python>,
}

#[derive(Debug)]
struct Python {
    interpreter: String,
    scripts: String,
}

impl Programs {
    /// The programs for the files of `survey`; the scripts are written below `temporary`.
    ///
    /// # Errors
    /// [`Error::NotUtf8`] for paths that the command line of a program cannot hold, [`Error::Files`].
    pub(crate) fn new(survey: &Survey, temporary: &Path) -> Result<Programs, Error> {
        let weft = env::current_exe().map_err(Error::Process)?;
        Ok(Programs {
            weft: utf8(&weft)?,
            folder: utf8(&survey.folder)?,
            python: find_python().map(|path| Python::new(&path, temporary)).transpose()?,
        })
    }

    /// What plays `role`, in a word.
    pub(crate) fn language(&self, role: Role) -> &'static str {
        match (role.is_analyst(), &self.python) {
            (true, Some(_)) => "python3",
            (true, None) | (false, _) => "weft",
        }
    }

    /// The program and its arguments. The agent's name is the last of them.
    pub(crate) fn argv(&self, role: Role) -> Vec<String> {
        match &self.python {
            Some(Python { interpreter, scripts }) if role.is_analyst() => {
                // -B: no folder of compiled files is wanted where nothing may be written.
                [interpreter, "-B", &format!("{scripts}/analyst.py"), &self.folder, role.text()]
                    .map(str::to_owned)
                    .to_vec()
            }
            Some(_) | None => [&self.weft, "demo", &self.folder, "--as-agent", role.text()]
                .map(str::to_owned)
                .to_vec(),
        }
    }

    /// All that the agent may do.
    ///
    /// # Errors
    /// [`Error::Grant`] for a folder whose name no grant can hold.
    pub(crate) fn grants(&self, role: Role) -> Result<Vec<Scope>, Error> {
        let mut grants = role.grants();
        if role.is_analyst() {
            grants.push(format!("read:{}", self.folder).parse()?);
            if let Some(python) = &self.python {
                grants.push(format!("read:{}", python.scripts).parse()?);
            }
        }
        Ok(grants)
    }
}

impl Python {
    fn new(interpreter: &Path, temporary: &Path) -> Result<Python, Error> {
        let scripts = temporary.join("agents");
        let written = fs::create_dir(&scripts)
            .and_then(|()| fs::write(scripts.join("analyst.py"), ANALYST))
            .and_then(|()| fs::write(scripts.join("weft.py"), CLIENT))
            // What is granted has to be named as it really is.
            .and_then(|()| fs::canonicalize(&scripts));
        let scripts = written.map_err(|source| Error::files(&scripts, source))?;
        Ok(Python { interpreter: utf8(interpreter)?, scripts: utf8(&scripts)? })
    }
}

/// A Python that agents see and that has what the analyst needs.
fn find_python() -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let candidates = env::split_paths(&path).filter(|folder| folder.is_absolute());
    let mut found = candidates.filter_map(|folder| fs::canonicalize(folder.join("python3")).ok());
    found.find(|python| {
        SEEN.iter().any(|seen| python.starts_with(seen)) && works(python.as_os_str())
    })
}

fn works(python: &OsStr) -> bool {
    let mut command = Command::new(python);
    command.args(["-B", "-c", CHECK]).env_clear();
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn utf8(path: &Path) -> Result<String, Error> {
    path.to_str().map(str::to_owned).ok_or_else(|| Error::NotUtf8(path.to_owned()))
}

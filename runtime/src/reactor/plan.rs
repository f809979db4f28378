//! What a run of a process gets: its program, its surroundings, its token.

use crate::api::Token;
use crate::shim;
use crate::{Error, Reader};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use weft_commands::Program;
use weft_ledger::storage::Storage;
use weft_projections::state::Row;
use weft_projections::{
    Action, Actor, Environment, Generation, Object, Pid, State, TOKEN_BYTES, Time,
};

/// Where programs are looked for, after the folder of `weft` itself.
const PATH: &str = "/usr/local/bin:/usr/bin:/bin";

/// How long a process may take to end after it was asked to, in milliseconds.
pub(super) const GRACE_MS: u64 = 5_000;

/// Open files, processes and bytes of one file that an agent may have.
const LIMITS: shim::Limits =
    shim::Limits { open_files: 1_024, processes: 512, file_bytes: 1 << 30, core_bytes: 0 };

/// A token that nobody can guess: drawn from the operating system, outside the recorded entropy.
///
/// # Errors
/// [`Error::Entropy`] when the operating system has none.
pub(super) fn draw_token(pid: Pid, generation: Generation) -> Result<Token, Error> {
    let mut secret = [0; TOKEN_BYTES];
    getrandom::fill(&mut secret).map_err(|error| Error::Entropy(error.to_string()))?;
    Ok(Token::new(pid, generation, secret))
}

/// The program of a native process: the payload of the record that spawned it. `None` when the
/// process is none of ours to start, or its program has been erased.
///
/// # Errors
/// [`Error::Ledger`] when the record cannot be read.
pub(super) fn program<S: Storage>(reader: &Reader<S>, row: &Row) -> Result<Option<Program>, Error> {
    let Some(payload) = row.program else { return Ok(None) };
    let Some(entry) = reader.read(payload.seq.0)? else { return Ok(None) };
    match entry.payload() {
        weft_ledger::Payload::Whole { bytes, .. } => Ok(Program::decode(bytes).ok()),
        weft_ledger::Payload::None | weft_ledger::Payload::Erased => Ok(None),
    }
}

/// Where a node's agents find what they need.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) socket: PathBuf,
    pub(super) data_dir: PathBuf,
    /// The `weft` program itself, which agents may call.
    pub(super) weft: PathBuf,
    /// What its shims go by.
    pub(super) shim: OsString,
}

impl Place {
    /// A plan without any grant, of a program that does nothing.
    pub(super) fn plan_of_nothing(&self) -> shim::Plan {
        shim::Plan {
            argv: vec!["true".to_owned()],
            env: BTreeMap::from([("PATH".to_owned(), PATH.to_owned())]),
            cwd: None,
            read: Vec::new(),
            write: Vec::new(),
            socket: self.socket.clone(),
            hidden: vec![self.data_dir.clone()],
            limits: LIMITS,
            grace_ms: GRACE_MS,
            confinement: shim::Confinement::AsFarAsPossible,
        }
    }

    /// The plan of a run.
    pub(super) fn plan(
        &self,
        state: &State,
        row: &Row,
        program: Program,
        token: &Token,
        now: Time,
    ) -> shim::Plan {
        let mut read = files(state, row.pid, Action::Read, now);
        read.push(self.weft.clone());
        read.extend(named_by_operator(row, &program));
        shim::Plan {
            argv: program.argv,
            env: self.environment(row, program.env, token),
            cwd: program.cwd.map(PathBuf::from),
            read,
            write: files(state, row.pid, Action::Write, now),
            socket: self.socket.clone(),
            hidden: vec![self.data_dir.clone()],
            limits: LIMITS,
            grace_ms: GRACE_MS,
            confinement: confinement(state.governance.environment()),
        }
    }

    fn environment(
        &self,
        row: &Row,
        own: BTreeMap<String, String>,
        token: &Token,
    ) -> BTreeMap<String, String> {
        let weft_dir = self.weft.parent().unwrap_or(Path::new("/"));
        let mut environment = BTreeMap::from([
            ("HOME".to_owned(), "/tmp".to_owned()),
            ("LANG".to_owned(), "C.UTF-8".to_owned()),
            ("PATH".to_owned(), format!("{}:{PATH}", weft_dir.display())),
        ]);
        environment.extend(own);
        let socket = self.socket.to_string_lossy().into_owned();
        environment.insert("WEFT_SOCKET".to_owned(), socket);
        environment.insert("WEFT_TOKEN".to_owned(), token.expose());
        environment.insert("WEFT_PID".to_owned(), row.pid.to_string());
        environment.insert("WEFT_NAME".to_owned(), row.name.to_string());
        environment
    }
}

/// In production nothing runs that is not confined in full.
fn confinement(environment: Environment) -> shim::Confinement {
    match environment {
        Environment::Production => shim::Confinement::Required,
        Environment::Development | Environment::Staging => shim::Confinement::AsFarAsPossible,
    }
}

/// A program that an operator names by its path may be read by it; one that an agent names may not,
/// unless the agent was granted it.
fn named_by_operator(row: &Row, program: &Program) -> Option<PathBuf> {
    let path = Path::new(program.argv.first()?);
    let is_operators = matches!(row.parent, Actor::Operator(_));
    (is_operators && path.is_absolute()).then(|| path.to_owned())
}

/// The files that a process may read or write: what its live grants name.
fn files(state: &State, pid: Pid, action: Action, now: Time) -> Vec<PathBuf> {
    let holder = Actor::Process(pid);
    let granted = state.capabilities.held_by(holder).filter(|(_, held)| {
        let scope = &held.grant.scope;
        scope.action().covers(action) && state.capabilities.effective(holder, scope, now).is_some()
    });
    granted
        .filter_map(|(_, held)| match held.grant.scope.object() {
            Object::Any => Some(PathBuf::from("/")),
            Object::Files(path) => Some(PathBuf::from(path.as_str())),
            Object::Process(_) | Object::Topics(_) | Object::Paths(_) | Object::Graph => None,
        })
        .collect()
}

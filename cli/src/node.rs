//! The node that the command line works on.

use crate::args::Global;
use crate::error::Error;
use crate::render::{Out, Progress};
use std::env;
use std::path::{Path, PathBuf};
use weft_ledger::ids::Dropped;
use weft_ledger::{GuardProblem, GuardState, Occupancy, Reason, Tail};
use weft_projections::{Actor, Digest, OperatorId, State};
use weft_runtime::node::{self, Keys, Layout};
use weft_runtime::{Inspection, Kernel, Native, Opening, Platform};

/// What there is of a log that is being moved to its place.
const STAGED: &str = "00000000000000000000.seg.tmp";

/// A node's place.
pub(crate) struct Node {
    layout: Layout,
}

impl Node {
    /// The place that the arguments and the environment name; nothing need be there.
    ///
    /// # Errors
    /// [`Error::NoDataDir`] when nothing names a place, [`Error::Usage`] when WEFT_HOME is empty.
    pub(crate) fn place(global: &Global) -> Result<Node, Error> {
        if let Some(given) = Node::given(global) {
            return Ok(given);
        }
        let place = match env::var_os("WEFT_HOME") {
            // More likely a variable that was never set than a wish for another place.
            Some(home) if home.is_empty() => {
                return Err(Error::Usage("WEFT_HOME is empty: it has to name a folder".to_owned()));
            }
            Some(home) => home.into(),
            None => default_place().ok_or(Error::NoDataDir)?,
        };
        Ok(Node::at(place))
    }

    /// The place that the arguments name, whatever the environment says.
    pub(crate) fn given(global: &Global) -> Option<Node> {
        let given = global.data_dir.clone()?;
        Some(Node::at(given))
    }

    /// The place of a path.
    pub(crate) fn at(place: PathBuf) -> Node {
        Node { layout: Layout::new(settle(place)).guarded_by(guards()) }
    }

    /// The node there.
    ///
    /// # Errors
    /// [`Error::NoNode`] when there is none, [`Error::LogGone`] when only its keys are left.
    pub(crate) fn existing(global: &Global) -> Result<Node, Error> {
        let node = Node::place(global)?;
        match (node.layout.log().exists(), node.has_keys()) {
            (true, _) => Ok(node),
            (false, true) => Err(Error::LogGone(node.data_dir().to_owned())),
            (false, false) => Err(Error::NoNode(node.data_dir().to_owned())),
        }
    }

    /// What the kernel said, about this node. A log folder without a log, beside keys, is a loss.
    pub(crate) fn explain(&self, error: weft_runtime::Error) -> Error {
        let missing = matches!(&error, weft_runtime::Error::Ledger(weft_ledger::Error::Missing));
        // A birth has no name before its end; so what has begun here was moved here.
        if missing && self.layout.log().join(STAGED).exists() {
            return Error::ledger(self.data_dir(), weft_ledger::Error::Unfinished);
        }
        match (missing, self.has_keys()) {
            (true, true) => Error::LogGone(self.data_dir().to_owned()),
            (true, false) => Error::NoNode(self.data_dir().to_owned()),
            (false, _) => Error::node(self.data_dir())(error),
        }
    }

    /// Whether a node was born here once. Other folders may hold something named `keys`; /proc does.
    fn has_keys(&self) -> bool {
        self.layout.log_key().exists() || self.layout.operator_key().exists()
    }

    /// Whether this is a copy, without the key of its log, that is merely shorter than the log: that is
    /// what backups and imports become, and nobody can write to one.
    pub(crate) fn is_behind(&self, guard: &GuardState) -> bool {
        let is_shorter = matches!(guard, GuardState::Contradicted(GuardProblem::Shorter { .. }));
        is_shorter && matches!(self.layout.log_key().try_exists(), Ok(false))
    }

    /// Refuses a change where the log is only read.
    ///
    /// # Errors
    /// [`Error::Node`] for a copy without the key of its log.
    pub(crate) fn refuse_copy(&self) -> Result<(), Error> {
        node::refuse_copy(&self.layout).map_err(|error| self.explain(error))
    }

    pub(crate) fn layout(&self) -> &Layout {
        &self.layout
    }

    pub(crate) fn data_dir(&self) -> &Path {
        self.layout.data_dir()
    }

    pub(crate) fn platform(&self) -> Native {
        Native::of(&self.layout)
    }

    /// Whether a process holds the node, and which.
    ///
    /// # Errors
    /// [`Error::Node`] with what the operating system says.
    pub(crate) fn occupancy(&self) -> Result<Occupancy, Error> {
        let occupancy = weft_ledger::occupancy(&self.platform().storage());
        occupancy.map_err(|error| self.explain(error.into()))
    }

    /// Opens the node for reading, without its lock. An unsettled tail is remarked on.
    ///
    /// # Errors
    /// [`Error::Node`] for a log that is missing, damaged or of a later version.
    pub(crate) fn inspect(&self, out: &Out) -> Result<Inspection<Native>, Error> {
        let inspected = Inspection::open(&self.platform());
        let inspection = inspected.map_err(|error| self.explain(error))?;
        remark(out, &inspection.opening);
        let guard = &inspection.opening.log.watched.guard;
        match guard {
            GuardState::Contradicted(_) if self.is_behind(guard) => {
                out.remark("the log has gone on since this copy of it was made");
            }
            GuardState::Contradicted(problem) => {
                out.remark(&format!("the log contradicts its guard: {problem}"));
            }
            GuardState::NotLookedAt | GuardState::Missing | GuardState::Holds { .. } => (),
        }
        Ok(inspection)
    }

    /// Opens the node for one command, with its lock.
    ///
    /// # Errors
    /// [`Error::Node`] for a log that is missing, locked, damaged, full or of a later version.
    pub(crate) fn open(&self, out: &Out) -> Result<Kernel<Native, ()>, Error> {
        let progress = Progress::of_records(out, "reading ids");
        let opened = node::open(&self.layout, &mut |read| progress.show(read.done, read.total));
        progress.finish();
        let (kernel, opening) = opened.map_err(|error| self.explain(error))?;
        remark(out, &opening);
        for Dropped { file, why } in &kernel.index_opening().dropped {
            out.remark(&format!("{file} could not be used and was made again: {why}"));
        }
        if opening.log.watched.guard == GuardState::Missing && opening.log.watched.last.is_some() {
            let guards = self.layout.guards().unwrap_or(Path::new("")).display();
            out.remark(&format!("the log had no guard in {guards}: it is made anew"));
        }
        Ok(kernel)
    }

    /// The operator whose key lies in the node's folder.
    ///
    /// # Errors
    /// [`Error::NotOperator`] when the key is not there, or not the one that genesis names.
    pub(crate) fn operator(&self, state: &State) -> Result<Actor, Error> {
        let keys =
            Keys::load(&self.layout).map_err(|error| Error::NotOperator(error.to_string()))?;
        let named = state.governance.operator_key(OperatorId::FIRST);
        if named != Some(Digest(keys.operator_public())) {
            let key = self.layout.operator_key();
            return Err(Error::NotOperator(format!(
                "{} is not the key that the log names",
                key.display()
            )));
        }
        Ok(Actor::Operator(OperatorId::FIRST))
    }
}

fn default_place() -> Option<PathBuf> {
    folder_of_the_user("XDG_DATA_HOME", ".local/share").map(|data_home| data_home.join("weft"))
}

/// Where guards lie: $XDG_STATE_HOME/weft, else ~/.local/state/weft.
fn guards() -> Option<PathBuf> {
    folder_of_the_user("XDG_STATE_HOME", ".local/state").map(|state_home| state_home.join("weft"))
}

/// The folder that a variable of the XDG base directories names, or its default below the home.
fn folder_of_the_user(variable: &str, below_home: &str) -> Option<PathBuf> {
    let folder = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    folder(variable).or_else(|| folder("HOME").map(|home| home.join(below_home)))
}

/// The same place whatever the working directory; through symbolic links where there is something.
fn settle(given: PathBuf) -> PathBuf {
    given.canonicalize().or_else(|_| std::path::absolute(&given)).unwrap_or(given)
}

fn remark(out: &Out, opening: &Opening) {
    for passed_over in &opening.passed_over {
        out.remark(&format!("not used: {passed_over}"));
    }
    match &opening.log.tail {
        Tail::Whole => (),
        Tail::Unsettled(torn) if matches!(torn.reason, Reason::Unsynced) => out.remark(&format!(
            "a kernel is at work: what stands from record {} on may not be synced yet",
            torn.seq
        )),
        Tail::Unsettled(torn) => out.remark(&format!(
            "the log ends in {} bytes that are no whole record: record {} is being written, or was torn by a crash",
            torn.bytes, torn.seq
        )),
        Tail::Cut(torn) => out.remark(&format!(
            "a torn write of {} bytes where record {} would stand was cut off and saved as {}",
            torn.bytes,
            torn.seq,
            torn.saved_as.as_deref().unwrap_or("nothing")
        )),
    }
}

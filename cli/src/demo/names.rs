//! What things are called: agents, paths, the topic.

use std::fmt;
use std::str::FromStr;
use weft_projections::name::Error;
use weft_projections::{Name, Scope, TreePath};

/// Where the operator puts the files.
pub(crate) const FILES: &str = "/apps/demo/files";
/// Where the reporter puts what was counted.
pub(crate) const REPORT: &str = "/apps/demo/report";
/// Kind of the resources below [`FILES`].
pub(crate) const KIND_FILE: &str = "file";
/// Kind of the resources below [`REPORT`].
pub(crate) const KIND_COUNT: &str = "count";

/// Where the analysts publish.
pub(crate) const TOPIC: &str = "survey/counted";
/// What the reporter subscribes to.
pub(crate) const FILTER: &str = "survey/#";

/// The four agents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    /// Hands out files.
    Reader,
    /// Counts every other file, from the first on.
    FirstAnalyst,
    /// Counts the files in between.
    SecondAnalyst,
    /// Stores what was counted.
    Reporter,
}

impl Role {
    /// All of them, in the order in which they are spawned.
    pub(crate) const ALL: [Role; 4] =
        [Role::Reader, Role::FirstAnalyst, Role::SecondAnalyst, Role::Reporter];

    /// The name of the agent's process.
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Role::Reader => "reader",
            Role::FirstAnalyst => "analyst-1",
            Role::SecondAnalyst => "analyst-2",
            Role::Reporter => "reporter",
        }
    }

    /// What the agent does, in a few words.
    pub(crate) const fn job(self) -> &'static str {
        match self {
            Role::Reader => "hands out the files, one message each",
            Role::FirstAnalyst | Role::SecondAnalyst => {
                "looks into a file and publishes what it finds"
            }
            Role::Reporter => "stores what they find in the tree",
        }
    }

    /// The analyst for the file at `index`.
    pub(crate) const fn analyst_for(index: usize) -> Role {
        if index.is_multiple_of(2) { Role::FirstAnalyst } else { Role::SecondAnalyst }
    }

    /// The agent whose process has that name.
    pub(crate) fn from_name(name: &Name) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.text() == name.as_str())
    }

    /// Whether it is one of the two that share the work.
    pub(crate) const fn is_analyst(self) -> bool {
        matches!(self, Role::FirstAnalyst | Role::SecondAnalyst)
    }

    /// What the agent may do, beside reading files.
    pub(crate) fn grants(self) -> Vec<Scope> {
        let texts: &[&str] = match self {
            Role::Reader => &["send:analyst-1", "send:analyst-2", "observe:*"],
            Role::FirstAnalyst | Role::SecondAnalyst => &["publish:survey/counted"],
            Role::Reporter => &["subscribe:survey/#", "put:/apps/demo/report"],
        };
        let scope =
            |text: &&str| text.parse().expect("the texts above keep to the grammar of scopes");
        texts.iter().map(scope).collect()
    }
}

impl fmt::Display for Role {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.text())
    }
}

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Role, UnknownRole> {
        Role::ALL.into_iter().find(|role| role.text() == text).ok_or(UnknownRole)
    }
}

/// A name that no agent has.
#[derive(Debug, thiserror::Error)]
#[error("no agent of the demo has that name")]
pub(crate) struct UnknownRole;

/// The root of the files.
pub(crate) fn files() -> TreePath {
    TreePath::new(FILES).expect("the text above keeps to the rules of paths")
}

/// The root of the report.
pub(crate) fn reports() -> TreePath {
    TreePath::new(REPORT).expect("the text above keeps to the rules of paths")
}

/// The resource of the file at `path` below the folder.
///
/// # Errors
/// When the path breaks the rules of the tree.
pub(crate) fn file(path: &str) -> Result<TreePath, Error> {
    files().join(path)
}

/// The resource that holds what was counted in the file at `path` below the folder.
///
/// # Errors
/// When the path breaks the rules of the tree.
pub(crate) fn report(path: &str) -> Result<TreePath, Error> {
    reports().join(path)
}

/// The path below the folder of a resource below `root`.
pub(crate) fn below<'a>(root: &TreePath, path: &'a TreePath) -> Option<&'a str> {
    path.as_str().strip_prefix(root.as_str())?.strip_prefix('/')
}

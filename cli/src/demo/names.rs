//! What things are called: agents, paths, the topic.

use std::collections::BTreeMap;
use std::fmt;
use weft_projections::name::Error;
use weft_projections::{MetaKey, Name, ResourceKind, Scope, Topic, TopicFilter, TreePath};

/// Where the operator puts the files.
pub(crate) const FILES: &str = "/apps/demo/files";
/// Where the reporter puts what was counted.
pub(crate) const REPORT: &str = "/apps/demo/report";
/// Kind of the resources below [`FILES`].
pub(crate) const KIND_FILE: &str = "file";
/// Kind of the resources below [`REPORT`].
pub(crate) const KIND_COUNT: &str = "count";

const TOPIC: &str = "survey/counted";
const FILTER: &str = "survey/#";

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
            Role::FirstAnalyst | Role::SecondAnalyst => "counts a file and publishes the result",
            Role::Reporter => "stores each result in the tree",
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

    /// The name of the agent's process.
    pub(crate) fn name(self) -> Name {
        Name::new(self.text()).expect("the texts above keep to the rules of names")
    }

    /// All that the agent may do.
    pub(crate) fn grants(self) -> Vec<Scope> {
        let texts: &[&str] = match self {
            Role::Reader => &["send:analyst-1", "send:analyst-2"],
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

/// Where the analysts publish.
pub(crate) fn topic() -> Topic {
    Topic::new(TOPIC).expect("the text above keeps to the rules of topics")
}

/// What the reporter subscribes to.
pub(crate) fn filter() -> TopicFilter {
    TopicFilter::new(FILTER).expect("the text above keeps to the rules of filters")
}

/// A kind of resource.
pub(crate) fn kind(text: &str) -> ResourceKind {
    ResourceKind::new(text).expect("the texts above keep to the rules of words")
}

/// Metadata of a resource.
pub(crate) fn metadata<const N: usize>(values: [(&str, String); N]) -> BTreeMap<MetaKey, String> {
    let key = |text| MetaKey::new(text).expect("the keys of the demo keep to the rules of words");
    values.into_iter().map(|(text, value)| (key(text), value)).collect()
}

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

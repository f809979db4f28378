//! What a scope's action may be done to.

use minicbor::{Decode, Encode};
use std::fmt;

use crate::{FilePath, Name, Pid, TopicFilter, TreePath};

/// What a scope's action may be done to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(flat)]
pub enum Object {
    /// Anything.
    #[n(0)]
    Any,
    /// A process.
    #[n(1)]
    Process(#[n(0)] ProcessPattern),
    /// The topics that a filter matches.
    #[n(2)]
    Topics(#[n(0)] TopicFilter),
    /// A resource and everything below it.
    #[n(3)]
    Paths(#[n(0)] TreePath),
    /// The causal graph.
    #[n(4)]
    Graph,
    /// A file of the machine, or a folder and everything below it.
    #[n(5)]
    Files(#[n(0)] FilePath),
}

/// Which process.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(flat)]
pub enum ProcessPattern {
    /// Whichever live process has this name.
    #[n(0)]
    Name(#[n(0)] Name),
    /// This process.
    #[n(1)]
    Pid(#[n(0)] Pid),
}

impl Object {
    /// Whether everything that the other object stands for belongs to this one.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Any, _) | (Self::Graph, Self::Graph) => true,
            (Self::Process(own), Self::Process(other)) => own == other,
            (Self::Topics(own), Self::Topics(other)) => own.covers(other),
            (Self::Paths(own), Self::Paths(other)) => other.is_within(own),
            (Self::Files(own), Self::Files(other)) => other.is_within(own),
            (
                Self::Process(_) | Self::Topics(_) | Self::Paths(_) | Self::Graph | Self::Files(_),
                _,
            ) => false,
        }
    }
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any | Self::Graph => f.write_str("*"),
            Self::Process(ProcessPattern::Name(name)) => name.fmt(f),
            Self::Process(ProcessPattern::Pid(pid)) => pid.fmt(f),
            Self::Topics(filter) => filter.fmt(f),
            Self::Paths(path) => path.fmt(f),
            Self::Files(path) => path.fmt(f),
        }
    }
}

//! What led to a record, and what it led to.

use super::Record;
use serde::{Deserialize, Serialize};

/// The causes of a record back to the root, and what it led to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Trace {
    /// The record.
    pub record: Record,
    /// What led to it, the root first and its own cause last.
    pub causes: Vec<Record>,
    /// What it led to, by position, ascending; `cause` of each is the record itself or one before.
    pub children: Vec<Descendant>,
    /// What is missing.
    pub cut: Vec<Cut>,
}

/// A record that another one led to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Descendant {
    /// How many steps it is away, from 1 on.
    pub depth: u32,
    /// The record.
    pub record: Record,
}

/// Why a trace is not whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cut {
    /// There are more causes before the first one.
    Causes,
    /// A cause is somebody else's, and may not be seen.
    Hidden,
    /// What is further away than was asked for.
    Depth,
    /// A record led to more than are shown of one record.
    Children,
    /// There are more than one trace holds.
    Records,
    /// There are more bytes than one trace holds.
    Bytes,
}

impl Cut {
    /// In a few words.
    pub fn meaning(self) -> &'static str {
        match self {
            Cut::Causes => "there are more causes before the first one",
            Cut::Hidden => "a cause is somebody else's",
            Cut::Depth => "there is more below that depth",
            Cut::Children => "a record led to more than are shown of one",
            Cut::Records => "there are more records than one trace holds",
            Cut::Bytes => "there are more bytes than one trace holds",
        }
    }
}

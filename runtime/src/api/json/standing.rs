//! Where the log and the kernel stand.

use super::Word;
use crate::scrub::Scrubbed;
use crate::shim::Guarantees;
use serde::{Deserialize, Serialize};
use weft_projections::{Digest, Seq};

/// Where the log stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The link of record 0.
    pub log_id: String,
    /// How many records there are.
    pub size: u64,
    /// The last one.
    pub head: Head,
    /// The key that signs checkpoints.
    pub public_key: String,
    /// The last checkpoint; null before the first one.
    pub checkpoint: Option<SignedTree>,
    /// How many segments there are.
    pub segments: u64,
    /// Bytes that are written in them; what is reserved behind is not counted.
    pub bytes: u64,
}

/// What a checkpoint says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedTree {
    /// How many records.
    pub size: u64,
    /// The root of the tree over their headers.
    pub root: String,
}

/// A record's position and link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The position.
    pub seq: u64,
    /// The link.
    pub link: String,
}

impl Head {
    /// The record `seq` with its link.
    pub fn new(seq: Seq, link: Digest) -> Head {
        Head { seq: seq.0, link: link.to_string() }
    }
}

/// How the kernel is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// The operating system's number of its process.
    pub pid: u32,
    /// Its phase.
    pub state: Word,
    /// Its socket.
    pub socket: String,
    /// Its node.
    pub data_dir: String,
    /// How long it has taken commands, in milliseconds.
    pub uptime_ms: u64,
    /// The last durable record.
    pub head: Head,
    /// How often the node was booted.
    pub boots: u32,
    /// Live processes.
    pub processes: u64,
    /// Connected clients, the one who asks included.
    pub clients: u64,
    /// What native processes are confined by here (docs/security.md); null where that is not known.
    #[serde(default)]
    pub confinement: Option<Guarantees>,
    /// How far the records are read that opening did not read; null where nobody does that.
    #[serde(default)]
    pub scrub: Option<Scrub>,
}

/// How far the records are read that opening did not read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scrub {
    /// `nothing`, `reading`, `clean`, `damaged` or `ended`.
    pub state: Word,
    /// Records that were found good so far.
    pub read: u64,
    /// What is wrong and where, of a log that is damaged or cannot be read to the end; else null.
    pub error: Option<String>,
}

impl From<Scrubbed> for Scrub {
    fn from(found: Scrubbed) -> Scrub {
        let (state, read, error) = match found {
            Scrubbed::Nothing => ("nothing", 0, None),
            Scrubbed::Reading { read, .. } => ("reading", read, None),
            Scrubbed::Clean { read } => ("clean", read, None),
            Scrubbed::Damaged { error } => ("damaged", 0, Some(error)),
            Scrubbed::Ended { error } => ("ended", 0, Some(error)),
        };
        Scrub { state: state.into(), read, error }
    }
}

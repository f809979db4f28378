//! `process.*`: agents come and go.

use minicbor::{Decode, Encode};
use weft_projections::{
    Digest, Generation, Name, Pid, Scope, Time,
    events::{Backend, Outcome, Restart},
};

use crate::Target;

/// `process.spawn`: register a new process and hand it rights.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Spawn {
    /// What it is called, unique among live processes.
    #[n(0)]
    pub name: Name,
    /// What happens when it fails.
    #[n(1)]
    pub restart: Restart,
    /// The rights it gets from its spawner, at most [`limits::SPAWN_GRANTS_MAX`](weft_projections::limits::SPAWN_GRANTS_MAX).
    #[n(2)]
    pub can: Vec<GrantRequest>,
    /// What runs it. A native process brings its [`Program`](crate::Program) as the payload, an embedded one none.
    #[n(3)]
    pub backend: Backend,
}

/// A right that a spawner wants to hand to its child.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct GrantRequest {
    /// The right.
    #[n(0)]
    pub scope: Scope,
    /// Whether the child may hand it on.
    #[n(1)]
    pub delegable: bool,
    /// From when on it is worth nothing. Absent: as long as the grant it comes from.
    #[n(2)]
    pub expires: Option<Time>,
}

/// `process.started`: the kernel reports that a process runs.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Started {
    /// The process.
    #[n(0)]
    pub pid: Pid,
    /// Which of its runs.
    #[n(1)]
    pub generation: Generation,
    /// Digest of the secret that this run is known by, see [`token_digest`](weft_projections::token_digest). Absent: it has none.
    #[n(2)]
    pub token: Option<Digest>,
}

/// `process.exited`: the kernel reports that a run has ended.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Exited {
    /// The process.
    #[n(0)]
    pub pid: Pid,
    /// Which of its runs.
    #[n(1)]
    pub generation: Generation,
    /// How it ended.
    #[n(2)]
    pub outcome: Outcome,
}

/// `process.stop`: ask that a process ends.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Stop {
    /// The process.
    #[n(0)]
    pub target: Target,
}

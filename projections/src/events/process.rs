//! Events of processes.

use minicbor::{Decode, Decoder, Encode, decode};

use super::Grant;
use crate::limits::SPAWN_GRANTS_MAX;
use crate::{Actor, Digest, Generation, Name, Pid};

/// When a process that ended is started again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum Restart {
    /// Never.
    #[n(0)]
    Never,
    /// When it failed.
    #[n(1)]
    OnFailure,
}

/// What runs a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum Backend {
    /// Whoever embeds the kernel: a thread or a program of its own.
    #[n(0)]
    Embedded,
    /// The kernel, which starts the program that came with the record.
    #[n(1)]
    Native,
}

impl Backend {
    /// The name, lower case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Embedded => "embedded",
            Self::Native => "native",
        }
    }
}

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(flat)]
pub enum Outcome {
    /// By itself, with an exit code.
    #[n(0)]
    Code(#[n(0)] u8),
    /// By a signal.
    #[n(1)]
    Signal(#[n(0)] u8),
    /// Unknown: the kernel went away while it ran.
    #[n(2)]
    Lost,
    /// Because it was asked to.
    #[n(3)]
    Stopped,
}

/// What follows the end of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum Next {
    /// Nothing: it has exited for good.
    #[n(0)]
    Exited,
    /// Another run, with the next generation.
    #[n(1)]
    Restarting,
}

/// A process was made.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct ProcessSpawned {
    /// Its id, not used before.
    #[n(0)]
    pub pid: Pid,
    /// Its name, unique among live processes.
    #[n(1)]
    pub name: Name,
    /// Who made it.
    #[n(2)]
    pub parent: Actor,
    /// When it is started again.
    #[n(3)]
    pub restart: Restart,
    /// What it may do, at most 64 grants; grant `i` gets the id (seq of the record, `i`).
    #[cbor(n(4), decode_with = "decode_grants")]
    pub grants: Vec<Grant>,
    /// What runs it; the program of a native process is the payload of the record.
    #[n(5)]
    pub backend: Backend,
}

/// A run of a process began.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct ProcessStarted {
    /// The process.
    #[n(0)]
    pub pid: Pid,
    /// The run.
    #[n(1)]
    pub generation: Generation,
    /// Digest of the secret that this run is known by, see [`token_digest`](crate::token_digest); none for a run without one.
    #[n(2)]
    pub token: Option<Digest>,
}

/// A run of a process ended.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct ProcessExited {
    /// The process.
    #[n(0)]
    pub pid: Pid,
    /// The run.
    #[n(1)]
    pub generation: Generation,
    /// How it ended.
    #[n(2)]
    pub outcome: Outcome,
    /// What follows.
    #[n(3)]
    pub next: Next,
}

/// A process is to end.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct ProcessStopping {
    /// The process.
    #[n(0)]
    pub pid: Pid,
}

fn decode_grants<C>(d: &mut Decoder<'_>, ctx: &mut C) -> Result<Vec<Grant>, decode::Error> {
    let grants: Vec<Grant> = Vec::decode(d, ctx)?;
    if grants.len() > SPAWN_GRANTS_MAX {
        return Err(decode::Error::message("more than 64 grants"));
    }
    Ok(grants)
}

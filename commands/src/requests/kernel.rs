//! `kernel.*`: start and stop of the kernel itself, and what it claims about its State.

use minicbor::{Decode, Encode};
use weft_projections::{Digest, Seq};

/// `kernel.boot`: the kernel starts to take commands.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Boot {
    /// The meaning of the gate this kernel runs.
    #[n(0)]
    pub gate_version: u32,
    /// The meaning of the State this kernel folds.
    #[n(1)]
    pub state_version: u32,
}

/// `kernel.shutdown`: the kernel stops taking commands.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Shutdown {}

/// `kernel.snapshot`: the kernel claims the root of State as of a record.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Snapshot {
    /// The last record that is folded into that State, an earlier one.
    #[n(0)]
    pub seq: Seq,
    /// The meaning of that State.
    #[n(1)]
    pub state_version: u32,
    /// Its root.
    #[n(2)]
    pub root: Digest,
}

//! Events of the kernel's own life.

use minicbor::{Decode, Encode};

use crate::{Digest, Seq};

/// The kernel opened its log for work.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct KernelBooted {
    /// Which boot this is, from 1.
    #[n(0)]
    pub boot: u32,
    /// Version of the meaning of the gate.
    #[n(1)]
    pub gate_version: u32,
    /// Version of the meaning of State.
    #[n(2)]
    pub state_version: u32,
}

/// The kernel stopped in order.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct KernelHalted {
    /// The boot that ends.
    #[n(0)]
    pub boot: u32,
}

/// The kernel claims the root of State as of a record, which any node that folds the log can refute. Laid out by FORMAT.md 5.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct KernelSnapshotClaimed {
    /// The last record that is folded into that State, an earlier one.
    #[n(0)]
    pub seq: Seq,
    /// Version of the meaning of that State.
    #[n(1)]
    pub state_version: u32,
    /// Its root.
    #[n(2)]
    pub root: Digest,
}

//! `kernel.*`: start and stop of the kernel itself.

use minicbor::{Decode, Encode};

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

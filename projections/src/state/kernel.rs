//! The kernel's own life.

use minicbor::{Decode, Encode};

use crate::{Seq, Time};

/// Whether the kernel runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum Phase {
    /// It never ran, or stopped in order.
    #[default]
    #[n(0)]
    Halted,
    /// It runs, or ended without a word.
    #[n(1)]
    Running,
}

/// The last record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(array)]
pub struct Last {
    /// Its position.
    #[n(0)]
    pub seq: Seq,
    /// Its time.
    #[n(1)]
    pub time: Time,
}

/// The kernel's own life.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Kernel {
    #[n(1)]
    pub(super) phase: Phase,
    #[n(2)]
    pub(super) boots: u32,
    #[n(3)]
    pub(super) last: Option<Last>,
}

impl Kernel {
    /// Whether it runs.
    #[must_use]
    pub const fn phase(&self) -> Phase {
        self.phase
    }

    /// How often it has booted.
    #[must_use]
    pub const fn boots(&self) -> u32 {
        self.boots
    }

    /// The last record; `None` before genesis.
    #[must_use]
    pub const fn last(&self) -> Option<Last> {
        self.last
    }
}

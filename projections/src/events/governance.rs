//! Events of governance.

use minicbor::{Decode, Encode};

use crate::Actor;

/// More refusals than the budget records, counted in one event.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct GovernanceSuppressed {
    /// Root of the spawn tree whose commands were refused.
    #[n(0)]
    pub tree: Actor,
    /// How many refusals were not recorded one by one.
    #[n(1)]
    pub count: u64,
    /// The minute, counted from 1970.
    #[n(2)]
    pub minute: u64,
}

//! `governance.*`: what the kernel reports about its own rule.

use minicbor::{Decode, Encode};
use weft_projections::Actor;

/// `governance.suppressed`: refusals beyond a spawn tree's budget, counted instead of recorded.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Suppressed {
    /// The root of the spawn tree, or [`Actor::Unauthenticated`] for all of those together.
    #[n(0)]
    pub tree: Actor,
    /// How many refusals were not recorded, at least 1.
    #[n(1)]
    pub count: u64,
    /// The minute they fell in, in minutes since the Unix epoch.
    #[n(2)]
    pub minute: u64,
}

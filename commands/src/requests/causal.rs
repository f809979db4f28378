//! `causal.*`: assert how things hang together.

use minicbor::{Decode, Encode};
use weft_projections::events::{NodeRef, Relation};

/// `causal.link`: assert one typed, weighted edge.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Link {
    /// Where the edge starts.
    #[n(0)]
    pub from: NodeRef,
    /// Where it ends.
    #[n(1)]
    pub to: NodeRef,
    /// What it says.
    #[n(2)]
    pub relation: Relation,
    /// How strongly, in thousandths, 0..=1000.
    #[n(3)]
    pub weight: u16,
}

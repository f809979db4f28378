//! Events of capabilities.

use minicbor::{Decode, Encode};

use crate::{Actor, GrantId, Scope, Time};

/// A right, and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(array)]
pub struct Grant {
    /// What it allows.
    #[n(0)]
    pub scope: Scope,
    /// The grant that it derives from; none only for what the kernel gives.
    #[n(1)]
    pub parent: Option<GrantId>,
    /// From when on it is no longer worth anything.
    #[n(2)]
    pub expires: Option<Time>,
    /// Whether its holder may grant from it.
    #[n(3)]
    pub delegable: bool,
}

/// A right was granted; the grant's id is (seq of the record, 0).
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct CapabilityGranted {
    /// Who holds it.
    #[n(0)]
    pub holder: Actor,
    /// The right.
    #[n(1)]
    pub grant: Grant,
}

/// A grant was taken back with everything derived from it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct CapabilityRevoked {
    /// The grant.
    #[n(0)]
    pub grant: GrantId,
}

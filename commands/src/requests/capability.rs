//! `capability.*`: hand rights on and take them back.

use minicbor::{Decode, Encode};
use weft_projections::{Actor, GrantId, Scope, Time};

/// `capability.grant`: hand a right that one holds to another actor.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Grant {
    /// Who gets the right: a live process or a known operator.
    #[n(0)]
    pub holder: Actor,
    /// The right.
    #[n(1)]
    pub scope: Scope,
    /// Whether the holder may hand it on.
    #[n(2)]
    pub delegable: bool,
    /// From when on it is worth nothing. Absent: as long as the grant it comes from.
    #[n(3)]
    pub expires: Option<Time>,
}

/// `capability.revoke`: take back a right and everything derived from it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Revoke {
    /// The grant to take back.
    #[n(0)]
    pub grant: GrantId,
}

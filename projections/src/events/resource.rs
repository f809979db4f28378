//! Events of the resource tree.

use minicbor::{Decode, Encode};

use crate::{MetaKey, ResourceKind, TreePath};

/// A resource was stored, new or in place of an older one; missing parents were made.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct ResourceStored {
    /// Where.
    #[n(0)]
    pub path: TreePath,
    /// What it is.
    #[n(1)]
    pub kind: ResourceKind,
    /// Keys of its metadata, ascending, at most 64; the values are the payload of the record.
    #[n(2)]
    pub meta_keys: Vec<MetaKey>,
}

/// A resource was removed with everything below it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct ResourceRemoved {
    /// Where.
    #[n(0)]
    pub path: TreePath,
}

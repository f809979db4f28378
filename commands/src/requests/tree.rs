//! `tree.*`: the resource tree.

use minicbor::{Decode, Encode};
use weft_projections::{MetaKey, ResourceKind, TreePath};

/// `tree.put`: make or replace a resource; missing parents are made. The payload is the metadata
/// (a CBOR map from key to text), there exactly when there are keys.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Put {
    /// Where.
    #[n(0)]
    pub path: TreePath,
    /// What it is.
    #[n(1)]
    pub kind: ResourceKind,
    /// The keys of its metadata, ascending and unique, at most
    /// [`limits::META_KEYS_MAX`](weft_projections::limits::META_KEYS_MAX).
    #[n(2)]
    pub meta_keys: Vec<MetaKey>,
}

/// `tree.remove`: take a resource out of the tree.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Remove {
    /// Where.
    #[n(0)]
    pub path: TreePath,
    /// Whether everything below goes too; without it a resource with children stays.
    #[n(1)]
    pub recursive: bool,
}

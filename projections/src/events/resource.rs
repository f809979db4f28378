//! Events of the resource tree.

use minicbor::{Decode, Decoder, Encode, decode};

use crate::limits::META_KEYS_MAX;
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
    #[cbor(n(2), decode_with = "decode_meta_keys")]
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

fn decode_meta_keys<C>(d: &mut Decoder<'_>, ctx: &mut C) -> Result<Vec<MetaKey>, decode::Error> {
    let keys: Vec<MetaKey> = Vec::decode(d, ctx)?;
    if keys.len() > META_KEYS_MAX || !keys.is_sorted_by(|one, other| one < other) {
        return Err(decode::Error::message("metadata keys: at most 64, ascending"));
    }
    Ok(keys)
}

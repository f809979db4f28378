//! What is in a payload.

use super::metadata;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use weft_ledger::{Entry, Payload};
use weft_projections::Kind;

/// What is in a payload, or in a blob of at most a mebibyte.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Content {
    /// There is nothing, or nothing any more.
    None,
    /// The values of a resource's metadata.
    Metadata(BTreeMap<String, String>),
    /// Text.
    Text(String),
    /// Anything else, as hex.
    Hex(String),
}

impl Content {
    /// What is in the payload of `entry`.
    pub fn of(entry: &Entry<'_>) -> Content {
        let Payload::Whole { bytes, .. } = entry.payload() else { return Content::None };
        if Kind(entry.header.kind) == Kind::TREE_PUT
            && let Some(values) = metadata::decode(bytes)
        {
            return Content::Metadata(values);
        }
        Content::plain(bytes)
    }

    /// Bytes as text, or as hex.
    pub(super) fn plain(bytes: &[u8]) -> Content {
        match std::str::from_utf8(bytes) {
            Ok(text) => Content::Text(text.to_owned()),
            Err(_) => Content::Hex(hex::encode(bytes)),
        }
    }
}

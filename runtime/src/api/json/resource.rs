//! A resource.

use super::Word;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use weft_projections::TreePath;
use weft_projections::state::Node;

/// A resource in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource {
    /// Where.
    pub path: String,
    /// What it is.
    pub kind: String,
    /// The keys of its metadata.
    pub meta_keys: Vec<String>,
    /// The record that stored it.
    pub stored: u64,
    /// Of the resource and everything below it.
    pub digest: Option<String>,
}

/// The values of a resource's metadata.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Metadata {
    /// It has none.
    None,
    /// These.
    Values(BTreeMap<String, String>),
    /// The payload that held them was erased.
    Erased,
    /// The payload is no map from text to text.
    Unreadable,
}

/// One resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourceDetails {
    /// Where.
    pub path: String,
    /// What it is.
    pub kind: String,
    /// Of the resource and everything below it.
    pub digest: Option<String>,
    /// The commitment to the metadata's values.
    pub metadata_commit: Option<String>,
    /// The values of its metadata, where they are whole.
    pub metadata: Option<BTreeMap<String, String>>,
    /// `none`, `whole`, `erased` or `unreadable`.
    pub metadata_state: Word,
    /// The keys of its metadata.
    pub meta_keys: Vec<String>,
    /// The record that stored it.
    pub stored: u64,
    /// The names of its children.
    pub children: Vec<String>,
}

impl Resource {
    /// The resource at `path`.
    pub fn new(path: &TreePath, node: &Node) -> Resource {
        Resource {
            path: path.to_string(),
            kind: node.kind.to_string(),
            meta_keys: node.meta_keys().iter().map(ToString::to_string).collect(),
            stored: node.stored.0,
            digest: node.digest().map(|digest| digest.to_string()),
        }
    }
}

impl ResourceDetails {
    /// The resource at `path`.
    pub fn new(
        path: &TreePath,
        node: &Node,
        metadata: Metadata,
        children: Vec<String>,
    ) -> ResourceDetails {
        let (metadata_state, metadata) = match metadata {
            Metadata::None => ("none", None),
            Metadata::Values(values) => ("whole", Some(values)),
            Metadata::Erased => ("erased", None),
            Metadata::Unreadable => ("unreadable", None),
        };
        ResourceDetails {
            path: path.to_string(),
            kind: node.kind.to_string(),
            digest: node.digest().map(|digest| digest.to_string()),
            metadata_commit: node.payload.map(|payload| payload.commit.to_string()),
            metadata,
            metadata_state: metadata_state.into(),
            meta_keys: node.meta_keys().iter().map(ToString::to_string).collect(),
            stored: node.stored.0,
            children,
        }
    }
}

//! The answer of `weft tree show`.

use super::table::pairs;
use super::{Out, clean};
use crate::error::Error;
use serde::Serialize;
use std::collections::BTreeMap;
use weft_projections::TreePath;
use weft_projections::state::Node;

/// The values of a resource's metadata.
#[derive(Debug)]
pub(crate) enum Metadata {
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
#[derive(Debug, Serialize)]
pub(crate) struct ResourceDetails {
    path: String,
    kind: String,
    /// Of the resource and everything below it.
    digest: Option<String>,
    /// The commitment to the metadata's values.
    metadata_commit: Option<String>,
    metadata: Option<BTreeMap<String, String>>,
    metadata_state: &'static str,
    meta_keys: Vec<String>,
    stored: u64,
    children: Vec<String>,
}

impl ResourceDetails {
    pub(crate) fn new(
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
            metadata_state,
            meta_keys: node.meta_keys().iter().map(ToString::to_string).collect(),
            stored: node.stored.0,
            children,
        }
    }
}

pub(crate) fn resource(out: &Out, found: &ResourceDetails) -> Result<(), Error> {
    if out.is_json() {
        return out.json(found);
    }
    let none = || "none".to_owned();
    pairs(
        out,
        &[
            ("path", found.path.clone()),
            ("kind", found.kind.clone()),
            ("stored", format!("record {}", found.stored)),
            ("digest", found.digest.clone().unwrap_or_else(none)),
            ("metadata", format!("{} {}", found.metadata_state, found.meta_keys.join(" "))),
            ("commitment", found.metadata_commit.clone().unwrap_or_else(none)),
            ("children", found.children.len().to_string()),
        ],
    )?;
    for (key, value) in found.metadata.iter().flatten() {
        out.line(&format!("  {key} = {}", clean::line(value)))?;
    }
    for child in &found.children {
        out.line(&format!("  {}", clean::line(child)))?;
    }
    Ok(())
}

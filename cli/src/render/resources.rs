//! The answer of `weft tree list`.

use super::Out;
use super::table::Columns;
use crate::error::Error;
use serde::Serialize;
use weft_projections::TreePath;
use weft_projections::state::Node;

/// A resource in a list.
#[derive(Debug, Serialize)]
pub(crate) struct Resource {
    path: String,
    kind: String,
    meta_keys: Vec<String>,
    stored: u64,
    digest: Option<String>,
}

impl Resource {
    pub(crate) fn new(path: &TreePath, node: &Node) -> Resource {
        Resource {
            path: path.to_string(),
            kind: node.kind.to_string(),
            meta_keys: node.meta_keys().iter().map(ToString::to_string).collect(),
            stored: node.stored.0,
            digest: node.digest().map(|digest| digest.to_string()),
        }
    }
}

pub(crate) fn resources(out: &Out, found: &[Resource]) -> Result<(), Error> {
    if out.is_json() {
        return out.json(&found);
    }
    let mut columns = Columns::new(out, &["PATH", "KIND", "METADATA", "STORED"]);
    for resource in found {
        let Resource { path, kind, meta_keys, stored, .. } = resource;
        columns.row([path.clone(), kind.clone(), meta_keys.join(" "), format!("record {stored}")]);
    }
    columns.print(out)
}

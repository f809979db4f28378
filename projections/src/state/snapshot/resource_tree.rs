//! The resource tree.

use rkyv::string::ArchivedString;
use rkyv::{Archive, Serialize};

use super::Error;
use super::check::{Ascending, ensure, limited};
use super::parts::{ArchivedStoredPayload, StoredPayload, text};
use crate::limits::{META_KEYS_MAX, RESOURCES_MAX};
use crate::state::{Node, ResourceTree};
use crate::{MetaKey, Seq, TreePath};

#[derive(Archive, Serialize)]
pub(super) struct StoredResourceTree {
    nodes: Vec<StoredNode>,
}

#[derive(Archive, Serialize)]
struct StoredNode {
    path: String,
    kind: String,
    payload: Option<StoredPayload>,
    stored: u64,
    meta_keys: Vec<String>,
}

impl StoredResourceTree {
    pub(super) fn of(tree: &ResourceTree) -> Self {
        let ResourceTree { nodes, dirty: _ } = tree;
        Self { nodes: nodes.iter().map(|(path, node)| StoredNode::of(path, node)).collect() }
    }
}

impl StoredNode {
    fn of(path: &TreePath, node: &Node) -> Self {
        let Node { kind, payload, stored, meta_keys, key: _, children: _, digest: _ } = node;
        let meta_keys = meta_keys.as_deref().unwrap_or_default();
        Self {
            path: path.as_str().to_owned(),
            kind: kind.as_str().to_owned(),
            payload: payload.map(StoredPayload::of),
            stored: stored.0,
            meta_keys: meta_keys.iter().map(|key| key.as_str().to_owned()).collect(),
        }
    }
}

impl ArchivedStoredResourceTree {
    /// The tree, with everything still to be hashed.
    pub(super) fn restore(&self) -> Result<ResourceTree, Error> {
        let Self { nodes } = self;
        limited("resources", nodes.len(), RESOURCES_MAX)?;
        let mut tree = ResourceTree::default();
        let mut ascending = Ascending::new("resources");
        for node in nodes.iter() {
            let (path, node) = node.restore()?;
            ascending.next(&path)?;
            // A path comes after the paths above it.
            let has_parent =
                path.ancestors().nth(1).is_none_or(|parent| tree.nodes.contains_key(parent));
            ensure(has_parent, "resource", "its parent is missing")?;
            tree.dirty.push(path.clone());
            tree.nodes.insert(path, node);
        }
        Ok(tree)
    }
}

impl ArchivedStoredNode {
    fn restore(&self) -> Result<(TreePath, Node), Error> {
        let Self { path, kind, payload, stored, meta_keys } = self;
        let path = text("resource", path)?;
        let mut node = Node::namespace(&path, Seq(stored.to_native()));
        // Most resources are of few kinds: a namespace's is there already.
        if kind.as_str() != node.kind.as_str() {
            node.kind = text("resource", kind)?;
        }
        node.payload = payload.as_ref().map(ArchivedStoredPayload::restore);
        node.set_meta_keys(&meta_keys_of(meta_keys)?);
        Ok((path, node))
    }
}

fn meta_keys_of(keys: &[ArchivedString]) -> Result<Vec<MetaKey>, Error> {
    limited("metadata keys of a resource", keys.len(), META_KEYS_MAX)?;
    let mut ascending = Ascending::new("metadata keys of a resource");
    let key = |key: &ArchivedString| {
        let key = text("resource", key)?;
        ascending.next(&key).map(|()| key)
    };
    keys.iter().map(key).collect()
}

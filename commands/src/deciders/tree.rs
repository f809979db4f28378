//! `tree.*`: the resource tree.

use weft_projections::{
    MetaKey, TreePath,
    events::{Event, ResourceRemoved, ResourceStored},
    limits::{META_KEYS_MAX, RESOURCES_MAX},
    state::ResourceTree,
};

use crate::{
    Limited, Rejection,
    deciders::dispatch::Case,
    requests::tree::{Put, Remove},
};

pub(super) fn put(case: &Case<'_>, request: &Put) -> Result<Event, Rejection> {
    let Put { path, kind, meta_keys } = request.clone();
    is_free(&path)?;
    Limited::MetaKeys.check(meta_keys.len(), META_KEYS_MAX)?;
    ascending(&meta_keys)?;
    let tree = &case.state.resource_tree;
    let resources = tree.len() + tree.missing_len(&path);
    Limited::Resources.check(resources, RESOURCES_MAX)?;
    Ok(Event::ResourceStored(ResourceStored { path, kind, meta_keys }))
}

pub(super) fn remove(case: &Case<'_>, request: &Remove) -> Result<Event, Rejection> {
    let path = request.path.clone();
    is_free(&path)?;
    if case.state.resource_tree.get(&path).is_none() {
        return Err(Rejection::NotFound { path });
    }
    if !request.recursive && case.state.resource_tree.has_children(&path) {
        return Err(Rejection::HasChildren { path });
    }
    Ok(Event::ResourceRemoved(ResourceRemoved { path }))
}

/// Refuses the paths that only the kernel writes, and the place of all apps, which genesis made.
fn is_free(path: &TreePath) -> Result<(), Rejection> {
    if ResourceTree::is_reserved(path) || path.as_str() == "/apps" {
        return Err(Rejection::ReservedPath { path: path.clone() });
    }
    Ok(())
}

fn ascending(keys: &[MetaKey]) -> Result<(), Rejection> {
    let misplaced = keys.iter().zip(keys.iter().skip(1)).find(|(before, key)| before >= key);
    match misplaced {
        Some((_, key)) => Err(Rejection::MetaKeysUnordered { key: key.clone() }),
        None => Ok(()),
    }
}

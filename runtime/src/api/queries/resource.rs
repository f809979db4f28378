//! The resource tree.

use super::page::Resources;
use super::{Error, Sight};
use crate::api::json::{Metadata, Resource, ResourceDetails, metadata};
use weft_ledger::Payload;
use weft_ledger::storage::Storage;
use weft_projections::{Seq, State, TreePath};

/// Most resources of one page.
pub const RESOURCES_MAX: usize = 4_096;

/// How far down a list goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Depth {
    /// The children.
    #[default]
    Children,
    /// Everything below.
    All,
}

/// What is below `path`, after `after`, at most [`RESOURCES_MAX`].
///
/// # Errors
/// [`Error::NotFound`].
pub fn resources(
    state: &State,
    path: &TreePath,
    depth: Depth,
    after: Option<&TreePath>,
) -> Result<Resources, Error> {
    let tree = &state.resource_tree;
    tree.get(path).ok_or_else(|| missing(path))?;
    let is_next = |found: &TreePath| found != path && after.is_none_or(|after| found > after);
    let most = RESOURCES_MAX + 1;
    let mut resources: Vec<Resource> = match depth {
        Depth::All => tree
            .subtree(path)
            .filter(|(found, _)| is_next(found))
            .take(most)
            .map(|(found, node)| Resource::new(found, node))
            .collect(),
        Depth::Children => tree
            .children(path)
            .filter(|(found, _)| is_next(found))
            .take(most)
            .map(|(found, node)| Resource::new(found, node))
            .collect(),
    };
    let more = resources.len() > RESOURCES_MAX;
    resources.truncate(RESOURCES_MAX);
    let next = resources.last().filter(|_| more).map(|last| last.path.clone());
    Ok(Resources { resources, next })
}

/// One resource with the values of its metadata, which come from the payload of the record that
/// stored them.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Unread`] when the log cannot be read.
pub fn resource<S: Storage>(
    sight: &Sight<'_, S>,
    path: &TreePath,
) -> Result<ResourceDetails, Error> {
    let tree = &sight.state.resource_tree;
    let node = tree.get(path).ok_or_else(|| missing(path))?;
    let children = tree.children(path).map(|(path, _)| path.name().to_owned()).collect();
    let metadata = match node.payload {
        Some(payload) => read(sight, payload.seq)?,
        None => Metadata::None,
    };
    Ok(ResourceDetails::new(path, node, metadata, children))
}

fn read<S: Storage>(sight: &Sight<'_, S>, seq: Seq) -> Result<Metadata, Error> {
    let entry = sight.entry(seq)?;
    Ok(match entry.payload() {
        Payload::None => Metadata::None,
        Payload::Erased => Metadata::Erased,
        Payload::Whole { bytes, .. } => {
            metadata::decode(bytes).map_or(Metadata::Unreadable, Metadata::Values)
        }
    })
}

fn missing(path: &TreePath) -> Error {
    Error::NotFound { what: format!("resource {path}") }
}

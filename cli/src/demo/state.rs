//! What the demo asks State.

use super::names::{self, Role};
use weft_projections::state::Row;
use weft_projections::{State, TreePath};

/// The row of an agent, whether it still lives or not.
pub(crate) fn row(state: &State, role: Role) -> Option<&Row> {
    state.process_table.rows().find(|row| row.name.as_str() == role.text())
}

/// The paths of the files, below the folder, in the order of the tree.
pub(crate) fn files(state: &State) -> Vec<String> {
    resources(state, &names::files(), names::KIND_FILE)
}

/// How many files have their place in the report.
pub(crate) fn reported(state: &State) -> usize {
    below(state, &names::reports(), names::KIND_COUNT).count()
}

/// How many messages wait in the inbox of an agent.
pub(crate) fn waiting(state: &State, role: Role) -> u64 {
    let inbox_len = row(state, role).and_then(|row| state.ipc_routes.inbox_len(row.pid));
    inbox_len.unwrap_or_default() as u64
}

/// The paths below `root` of the resources of one kind, in the order of the tree.
pub(crate) fn resources(state: &State, root: &TreePath, kind: &str) -> Vec<String> {
    below(state, root, kind)
        .filter_map(|path| names::below(root, path))
        .map(str::to_owned)
        .collect()
}

fn below<'a>(state: &'a State, root: &TreePath, kind: &str) -> impl Iterator<Item = &'a TreePath> {
    let all = state.resource_tree.subtree(root);
    all.filter(move |(_, node)| node.kind.as_str() == kind).map(|(path, _)| path)
}

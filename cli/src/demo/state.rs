//! What the demo asks State.

use super::names::{self, Role};
use weft_projections::state::{Row, RunState};
use weft_projections::{State, TreePath};

/// The live row of an agent.
pub(crate) fn row(state: &State, role: Role) -> Option<&Row> {
    state.process_table.live_by_name(&role.name())
}

/// Whether all four agents run and somebody listens to the analysts.
pub(crate) fn everybody_is_ready(state: &State) -> bool {
    let runs = |role: Role| row(state, role).is_some_and(|row| row.state == RunState::Running);
    Role::ALL.into_iter().all(runs) && !state.ipc_routes.matching(&names::topic()).is_empty()
}

/// The paths of the files, below the folder, in the order of the tree.
pub(crate) fn files(state: &State) -> Vec<String> {
    resources(state, &names::files(), names::KIND_FILE)
}

/// How many files have their place in the report.
pub(crate) fn reported(state: &State) -> usize {
    below(state, &names::reports(), names::KIND_COUNT).count()
}

/// How many messages wait in the agents' inboxes.
pub(crate) fn waiting(state: &State) -> usize {
    let inbox_len =
        |role: Role| row(state, role).and_then(|row| state.ipc_routes.inbox_len(row.pid));
    Role::ALL.into_iter().filter_map(inbox_len).sum()
}

/// Whether every file is reported and every message acknowledged.
pub(crate) fn is_finished(state: &State) -> bool {
    waiting(state) == 0
        && reported(state) == below(state, &names::files(), names::KIND_FILE).count()
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

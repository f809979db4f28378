//! How large State is.

use super::State;
use imbl::OrdMap;

impl State {
    /// How many entries State has: processes, undelivered messages, resources, asserted causes, lineage
    /// and grants. A snapshot takes some 60 to 200 bytes for each.
    #[must_use]
    pub fn entries(&self) -> u64 {
        let messages: usize = self.ipc_routes.inboxes.values().map(OrdMap::len).sum();
        let entries = self.process_table.rows.len()
            + messages
            + self.resource_tree.nodes.len()
            + self.causal_graph.edges.len()
            + self.causal_graph.lineage.len()
            + self.capabilities.grants.len();
        entries as u64
    }
}

//! State as a whole.

use super::{
    Capabilities, CausalGraph, Chain, Governance, IpcRoutes, Kernel, ProcessTable, ResourceTree,
    Work, canonical,
};
use crate::Digest;

/// Version of the meaning of State; roots of different versions are not comparable.
pub const STATE_VERSION: u32 = 2;

/// Everything the kernel knows, a function of the log. The default is what holds before the genesis record.
///
/// A clone shares its structure with the original and costs the same whatever it holds.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// The kernel's own life.
    pub kernel: Kernel,
    /// Processes.
    pub process_table: ProcessTable,
    /// Inboxes and subscriptions.
    pub ipc_routes: IpcRoutes,
    /// The resource tree.
    pub resource_tree: ResourceTree,
    /// Asserted causes and the lineage of processes.
    pub causal_graph: CausalGraph,
    /// Who may do what.
    pub capabilities: Capabilities,
    /// The law in force, and who ran into it.
    pub governance: Governance,
    /// What the log says about itself.
    pub chain: Chain,
}

impl State {
    /// The canonical bytes of State: RFC 8949 section 4.2.1, without any index or cache. Laid out in [the module's documentation](super).
    #[must_use]
    pub fn to_canonical_cbor(&self) -> Vec<u8> {
        canonical::to_vec(self)
    }

    /// `SHAKE("exochain/state/1" ‖ canonical bytes)`, the claim of a snapshot (FORMAT.md 5).
    #[must_use]
    pub fn root(&self) -> Digest {
        canonical::digest("exochain/state/1", self)
    }

    /// Hashes what changed in the resource tree since the last call, and returns the tree's root; `None` before genesis.
    ///
    /// Called once per batch, before State is published. Changes caches only, never the canonical bytes.
    pub fn seal(&mut self) -> Option<Digest> {
        self.resource_tree.seal()
    }

    /// What has to be done for the world to be as State says: a function of State, never of an event.
    pub fn pending_work(&self) -> impl Iterator<Item = Work> + '_ {
        self.process_table.pending().filter_map(Work::of)
    }
}

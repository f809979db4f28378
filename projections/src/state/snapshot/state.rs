//! State as a whole.

use rkyv::api::high::to_bytes_in_with_alloc;
use rkyv::ser::allocator::Arena;
use rkyv::{Archive, Serialize, rancor};

use super::Error;
use super::capabilities::StoredCapabilities;
use super::causal_graph::StoredCausalGraph;
use super::chain::StoredChain;
use super::check::ensure;
use super::governance::StoredGovernance;
use super::ipc_routes::StoredIpcRoutes;
use super::kernel::StoredKernel;
use super::process_table::StoredProcessTable;
use super::resource_tree::StoredResourceTree;
use super::writer::{Bounded, SNAPSHOT_BYTES_MAX};
use crate::state::{STATE_VERSION, State};

#[derive(Archive, Serialize)]
struct StoredState {
    state_version: u32,
    kernel: StoredKernel,
    process_table: StoredProcessTable,
    ipc_routes: StoredIpcRoutes,
    resource_tree: StoredResourceTree,
    causal_graph: StoredCausalGraph,
    capabilities: StoredCapabilities,
    governance: StoredGovernance,
    chain: StoredChain,
}

impl State {
    /// The bytes that [`State::from_snapshot`] makes this State from again. The same State gives the same bytes.
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`] above [`SNAPSHOT_BYTES_MAX`].
    pub fn to_snapshot(&self) -> Result<Vec<u8>, Error> {
        let stored = StoredState::of(self);
        let written = to_bytes_in_with_alloc::<_, _, rancor::Error>(
            &stored,
            Bounded::new(SNAPSHOT_BYTES_MAX),
            Arena::new().acquire(),
        );
        // Only the writer can fail: nothing that is stored shares anything.
        written
            .map(|writer| writer.bytes)
            .map_err(|_| Error::TooLarge { bytes_max: SNAPSHOT_BYTES_MAX })
    }

    /// The State that a snapshot was made of. Its resource tree is not sealed yet: [`State::seal`] hashes all of it.
    ///
    /// Whether it is the State of the log is another question, which its [root](State::root) answers.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] for bytes that are no snapshot, [`Error::Version`] for one of another meaning of State, and
    /// [`Error::Impossible`] for one that breaks a rule that [`evolve`](crate::evolve) keeps.
    pub fn from_snapshot(bytes: &[u8]) -> Result<Self, Error> {
        let stored = rkyv::access::<ArchivedStoredState, rancor::Error>(bytes)
            .map_err(|error| Error::Malformed { reason: error.to_string() })?;
        stored.restore()
    }
}

impl StoredState {
    fn of(state: &State) -> Self {
        let State {
            kernel,
            process_table,
            ipc_routes,
            resource_tree,
            causal_graph,
            capabilities,
            governance,
            chain,
        } = state;
        Self {
            state_version: STATE_VERSION,
            kernel: StoredKernel::of(kernel),
            process_table: StoredProcessTable::of(process_table),
            ipc_routes: StoredIpcRoutes::of(ipc_routes),
            resource_tree: StoredResourceTree::of(resource_tree),
            causal_graph: StoredCausalGraph::of(causal_graph),
            capabilities: StoredCapabilities::of(capabilities),
            governance: StoredGovernance::of(governance),
            chain: StoredChain::of(chain),
        }
    }
}

impl ArchivedStoredState {
    fn restore(&self) -> Result<State, Error> {
        let Self {
            state_version,
            kernel,
            process_table,
            ipc_routes,
            resource_tree,
            causal_graph,
            capabilities,
            governance,
            chain,
        } = self;
        let found = state_version.to_native();
        if found != STATE_VERSION {
            return Err(Error::Version { found, expected: STATE_VERSION });
        }
        let process_table = process_table.restore()?;
        let governance = governance.restore()?;
        let state = State {
            kernel: kernel.restore()?,
            ipc_routes: ipc_routes.restore(&process_table)?,
            resource_tree: resource_tree.restore()?,
            causal_graph: causal_graph.restore(&process_table)?,
            capabilities: capabilities.restore(&process_table)?,
            chain: chain.restore(&governance)?,
            governance,
            process_table,
        };
        let is_default = || state.to_canonical_cbor() == State::default().to_canonical_cbor();
        ensure(state.kernel.last().is_some() || is_default(), "kernel", "no record led here")?;
        Ok(state)
    }
}

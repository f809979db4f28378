//! State: the projections that records are folded into, one file each, and [`evolve`], which says in one place what a record does to them.

mod canonical;
mod capabilities;
mod causal_graph;
mod evolve;
mod governance;
mod ipc_routes;
mod kernel;
mod merkle_map;
mod process_table;
mod resource_tree;
#[expect(
    clippy::module_inception,
    reason = "the module is the folder of the type that it is named after"
)]
mod state;
mod work;

pub use capabilities::{Capabilities, Held};
pub use causal_graph::{CausalGraph, Edge, EdgeKey};
pub use evolve::evolve;
pub use governance::{Governance, Refusals};
pub use ipc_routes::{IpcRoutes, Message};
pub use kernel::{Kernel, Last, Phase};
pub use merkle_map::MerkleMap;
pub use process_table::{ProcessTable, Row, RunState};
pub use resource_tree::{Node, ResourceTree};
pub use state::{STATE_VERSION, State};
pub use work::Work;

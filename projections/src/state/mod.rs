//! State: the projections that records are folded into, one file each, and [`evolve`], which says in one place what a record does to them.
//!
//! # Canonical bytes
//!
//! Core deterministic CBOR (RFC 8949 section 4.2.1). A struct is a map with integer keys, a key left out where there is nothing to say; a
//! collection is an array in ascending order. Indexes and caches are left out: two States with the same bytes behave the same.
//!
//! | key | of State | holds |
//! |---|---|---|
//! | 1 | state_version | `STATE_VERSION` |
//! | 2 | kernel | {1: phase, 2: boots, ? 3: [seq, time] of the last record} |
//! | 3 | process_table | {? 1: next pid, 2: [* row]} |
//! | 4 | ipc_routes | {1: [* [pid, [* [seq, message]]]], 2: [* [filter, [+ pid]]]} |
//! | 5 | resource_tree | {1: [* [path, kind, stored, [* metadata key], payload / null]]} in the order of the bytes of the paths |
//! | 6 | causal_graph | {1: [* [from, relation, to, weight, seq]]} |
//! | 7 | capabilities | {1: [* [id, holder, grant]]} |
//! | 8 | governance | {1: law, 2: constitution, 3: environment, 4: thresholds, 5: [* [kind, effect]], 6: [* [operator, key]], 7: origin, 8: entropy, 9: [minute, [* [tree, count]]], 10: suppressed in all} |
//! | 9 | chain | {1: [* [record, log key]], ? 2: last record copied from another log, 3: [* redacted record], 4: redacted in all, ? 5: [seq, state version, root] claimed last} |
//!
//! row = {1: pid, 2: name, 3: generation, 4: parent, 5: root, 6: state, 7: restart, 8: spawned, 9: spawned_at, 10: changed, 11: changed_at,
//! ? 12: outcome, 13: restarts, 14: messages_sent, 15: backend, ? 16: program,
//! ? 17: token, 18: failures} · message = {1: from, ? 2: topic, ? 3: payload, 4: sent_at} · program, payload = [seq,
//! commitment, length] · actors, enums and grants as in events (`docs/events.md`).

mod canonical;
mod capabilities;
mod causal_graph;
mod chain;
mod evolve;
mod governance;
mod ipc_routes;
mod kernel;
mod merkle_map;
mod process_table;
mod resource_tree;
mod size;
pub mod snapshot;
#[expect(
    clippy::module_inception,
    reason = "the module is the folder of the type that it is named after"
)]
mod state;
#[cfg(test)]
mod tests;
mod work;

pub use capabilities::{Capabilities, Held};
pub use causal_graph::{CausalGraph, Edge, EdgeKey};
pub use chain::{Chain, Claim};
pub use evolve::evolve;
pub use governance::{Governance, Refusals};
pub use ipc_routes::{IpcRoutes, Message};
pub use kernel::{Kernel, Last, Phase};
pub use merkle_map::{MerkleKey, MerkleLeaf, MerkleMap};
pub use process_table::{ProcessTable, Row, RunState};
pub use resource_tree::{Node, ResourceTree};
pub use state::{STATE_VERSION, State};
pub use work::Work;

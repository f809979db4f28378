//! State as bytes that a node can begin from, instead of folding its log from the first record on.
//!
//! A snapshot is a cache: only its own node reads it, nobody hashes it as such, and it may be thrown away at any time. What is stored and
//! what lives are two types each: the stored ones here are lists, numbers and texts (`Stored…`, archived by rkyv: little-endian, no
//! alignment, 32-bit offsets), without any index or cache. Lists are in the order of their keys, the numbers of enums are those of events.
//!
//! # Invariants
//!
//! - Bytes are looked at through rkyv's checks only, whoever wrote them: a snapshot lies on a disk that others write to.
//! - What comes back has passed the rules that `evolve` keeps: order, limits, names, references between projections. Bytes that break one
//!   are an [`Error`]; none of them panics.
//! - Indexes and caches are made anew from what was stored, never read.
//! - No allocation is larger than a small multiple of the snapshot itself.
//!
//! A new field of State does not compile until it is here: every live struct is taken apart without `..` where it is stored, every stored
//! one where it is restored. Old snapshots then go: raise [`STATE_VERSION`](super::STATE_VERSION) or the magic of the file around them.

mod capabilities;
mod causal_graph;
mod chain;
mod check;
mod error;
mod governance;
mod ipc_routes;
mod kernel;
mod parts;
mod process_table;
mod resource_tree;
mod state;
#[cfg(test)]
mod tests;
mod writer;

pub use error::Error;
pub use writer::SNAPSHOT_BYTES_MAX;

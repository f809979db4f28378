//! What the log means: event types and their encoding, [`State`], [`evolve`], and the vocabulary they share.
//!
//! **Owns** the events (`events`), the projections that they are folded into (`state`), the names, ids, scopes and effects that both are
//! made of, and the constitution's text.
//!
//! **Must not know** files, clocks, randomness, threads, floats, the order of a `HashMap`, who decided, or whether it is replaying.
//!
//! # Invariants
//!
//! - `evolve` is total: no record makes it panic or fail; an event that does not fit changes nothing.
//! - The same records give the same canonical bytes of State on every machine, however they are cut into batches.
//! - State holds no payload bytes, only references to records.
//! - There is no event that decoding accepts and encoding would write differently.
//! - Nothing here reads the time: all time is the time of a record.
//! - Every collection in State has a limit with a name (`limits`).
//! - No index or cache is part of the canonical bytes; each can be rebuilt from what is.
//!
//! Start reading at `state/evolve.rs`, then `events/event.rs`.

mod actor;
pub mod constitution;
mod digest;
mod effect;
mod error;
pub mod events;
mod id;
mod kind;
pub mod limits;
pub mod name;
mod record;
mod scope;
mod signature;
pub mod state;
#[cfg(test)]
mod testing;
mod token;
mod verdict;

pub use actor::Actor;
pub use constitution::{Constitution, DEFAULT_CONSTITUTION, Environment};
pub use digest::{DIGEST_BYTES, Digest};
pub use effect::{DIMENSIONS, Dimension, EFFECT_MAX, Effect, LEVEL_NEVER, Levels, Thresholds};
pub use error::Error;
pub use events::Event;
pub use id::{ACTOR_ID_MAX, Generation, GrantId, NodeId, OperatorId, Payload, Pid, Seq, Time};
pub use kind::Kind;
pub use name::{FilePath, MetaKey, Name, Reason, ResourceKind, Topic, TopicFilter, TreePath};
pub use record::Record;
pub use scope::{Action, Object, ProcessPattern, Scope};
pub use signature::{SIGNATURE_BYTES, Signature};
pub use state::{STATE_VERSION, State, evolve, snapshot};
pub use token::{TOKEN_BYTES, token_digest};
pub use verdict::Verdict;

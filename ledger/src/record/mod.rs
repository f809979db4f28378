//! One record: header, core, payload, and what binds them together.

mod cbor;
mod commit;
mod core;
mod facts;
mod genesis;
mod header;
pub mod kind;
mod known_event;
mod pending;
mod verdict;

pub use self::commit::{core_commit, link, payload_commit};
pub use self::core::{Core, decode_core};
pub use self::header::{CORE_VERSION, FORMAT, Header, MAGIC};
pub use self::pending::{PayloadPart, Pending};
pub use self::verdict::Verdict;

pub(crate) use self::commit::{core_commit_with, core_commits, link_with, payload_commit_with};
pub(crate) use self::core::decode_core_with;
pub(crate) use self::facts::{
    ForkFacts, GenesisFacts, blob_names, read_genesis, read_redaction, read_rotation,
};
pub(crate) use self::header::{raw_core_commit, raw_lens, raw_seq};

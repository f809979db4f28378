//! Looking things up beside the kernel's own threads.

use arc_swap::ArcSwapOption;
use std::sync::Arc;
use weft_commands::CommandId;
use weft_ledger::{Header, postings};
use weft_projections::Actor;

/// Whether a record with this header has that id.
pub(crate) fn held_by(header: &Header, actor: Actor, id: CommandId) -> bool {
    header.actor == actor.to_u64() && header.command_id == id.to_bytes()
}

/// Where queries get the postings, while there are any: none before they are opened, and none from the
/// moment when damage is found until they are made again.
#[derive(Debug, Clone, Default)]
pub struct Finder(Arc<ArcSwapOption<postings::Reader>>);

impl Finder {
    /// The postings that can be used now. To be let go of after the query.
    pub fn postings(&self) -> Option<Arc<postings::Reader>> {
        self.0.load_full()
    }

    pub(crate) fn set(&self, postings: Option<postings::Reader>) {
        self.0.store(postings.map(Arc::new));
    }
}

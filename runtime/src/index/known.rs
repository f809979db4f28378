//! Which ids are taken, as the deciding thread asks.

use super::window::Window;
use super::{Standing, WindowLimits};
use crate::Reader;
use std::sync::Arc;
use weft_commands::CommandId;
use weft_ledger::ids::{self, Lookup};
use weft_ledger::storage::Storage;
use weft_projections::{Actor, Seq};

/// The ids of all records, decided ones that are not durable yet included.
pub(crate) struct KnownIds<S: Storage> {
    window: Window,
    files: ids::Reader<S>,
    log: Reader<S>,
    standing: Arc<Standing>,
    limits: WindowLimits,
}

/// What is known of an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Known {
    /// This record has it.
    Held(Seq),
    /// No record has it.
    Fresh,
    /// That cannot be told now.
    Unknown,
}

impl<S: Storage> KnownIds<S> {
    pub(crate) fn new(
        window: Window,
        files: ids::Reader<S>,
        log: Reader<S>,
        standing: Arc<Standing>,
        limits: WindowLimits,
    ) -> KnownIds<S> {
        KnownIds { window, files, log, standing, limits }
    }

    pub(crate) fn files(&self) -> &ids::Reader<S> {
        &self.files
    }

    /// What is known of `id` of `actor`. The disk is only asked about an id that is not fresh, and about
    /// one fresh id in thousands.
    pub(crate) fn find(&self, actor: Actor, id: CommandId) -> Known {
        if let Some(seq) = self.window.find(actor, id) {
            return Known::Held(seq);
        }
        let first = self.window.first();
        if first == Seq(0) {
            return Known::Fresh;
        }
        match self.files.look_up(actor.to_u64(), &id.to_bytes(), first.0) {
            Ok(Lookup::Fresh) => Known::Fresh,
            Ok(Lookup::Held(seq)) => self.confirm(Seq(seq), actor, id),
            Ok(Lookup::Uncovered) => Known::Unknown,
            Err(error) => {
                tracing::error!(%error, "the ids of older records cannot be looked up: they are read again");
                self.standing.doubt();
                Known::Unknown
            }
        }
    }

    /// A record that cannot be read is left to those who compare requests, and can halt.
    fn confirm(&self, seq: Seq, actor: Actor, id: CommandId) -> Known {
        match self.log.read(seq.0) {
            Ok(Some(entry)) if !super::held_by(&entry.header, actor, id) => Known::Fresh,
            Ok(_) | Err(_) => Known::Held(seq),
        }
    }

    /// Notes the id of the record `seq`, which follows the one noted before.
    pub(crate) fn note(&mut self, actor: Actor, id: CommandId, seq: Seq) {
        self.window.note(actor, id, seq);
    }

    /// Lets go of ids that the files know, beyond those that are kept. Called once a batch.
    pub(crate) fn forget(&mut self) {
        if self.window.len() > self.limits.kept {
            let covered = self.files.mark().map_or(0, |mark| mark.size);
            self.window.trim(self.limits.kept, Seq(covered));
        }
    }

    /// Whether no further id may be noted until the files know more.
    pub(crate) fn are_full(&self) -> bool {
        self.window.len() >= self.limits.most
    }

    /// Whether the files should be told of more ids, or be made again.
    pub(crate) fn need_work(&self) -> bool {
        self.window.len() > self.limits.kept.saturating_mul(2) || self.standing.is_doubted()
    }

    /// Whether waiting for that is in vain.
    pub(crate) fn are_stuck(&self) -> bool {
        self.standing.is_stuck()
    }
}

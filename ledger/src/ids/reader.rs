//! Looking up ids, from any thread.

use std::sync::Arc;

use arc_swap::ArcSwap;

use crate::hash::Digest;
use crate::ids::error::Result;
use crate::ids::filter::Line;
use crate::ids::fingerprint::{Keys, Seed};
use crate::ids::run::Run;
use crate::ids::survey::sound;
use crate::mark::Mark;
use crate::storage::Storage;

/// The runs in use, oldest first, end to end from record 0 on.
pub(super) struct Set<S: Storage> {
    pub(super) keys: Keys,
    pub(super) runs: Vec<Arc<Run<S>>>,
}

impl<S: Storage> Set<S> {
    pub(super) fn mark(&self) -> Option<Mark> {
        let identity = self.runs.last()?.header.identity;
        Some(Mark { size: identity.end, link: identity.link })
    }

    #[inline]
    fn find(&self, actor: u64, command_id: &[u8; 16]) -> Result<Option<u64>> {
        let wanted = self.keys.of(actor, command_id);
        let bits = Line::of(wanted.high);
        for run in &self.runs {
            if let Some(seq) = run.find(wanted, &bits)? {
                return Ok(Some(seq));
            }
        }
        Ok(None)
    }
}

/// What the files know of an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// The record at this position has it, which is to be confirmed against the record.
    Held(u64),
    /// No record has it, of those that were asked about.
    Fresh,
    /// The files do not go as far as was asked: nothing is known.
    Uncovered,
}

/// Answers which record has an id. Clones are cheap and see what the [`super::Writer`] has
/// published last; nobody waits for anybody.
pub struct Reader<S: Storage> {
    pub(super) set: Arc<ArcSwap<Set<S>>>,
}

impl<S: Storage> Reader<S> {
    /// The files as they are, for looking only: nothing is changed, removed or held in memory. The
    /// files of a log that is written meanwhile may go while they are looked at; whoever has the
    /// [`super::Writer`] asks it for a reader instead. What cannot be used is left out, so
    /// [`Reader::mark`] says how far these go. `link_of` is as for [`super::Writer::open`].
    #[must_use]
    pub fn open(
        storage: &S,
        log_id: Digest,
        mut link_of: impl FnMut(u64) -> Option<Digest>,
    ) -> Reader<S> {
        let runs = sound(storage, log_id, &mut link_of);
        let seed = runs.first().map_or(Seed([0; 16]), |run| run.header.identity.seed);
        let set = Set { keys: Keys::new(seed), runs: runs.into_iter().map(Arc::new).collect() };
        Reader { set: Arc::new(ArcSwap::from_pointee(set)) }
    }

    /// What is known of an id among the records below `end`; one beyond may be found as well.
    /// Unlike [`Reader::mark`] and then [`Reader::find`], it cannot fall between a state of the files
    /// and the next.
    ///
    /// # Errors
    /// As [`Reader::find`].
    #[inline]
    pub fn look_up(&self, actor: u64, command_id: &[u8; 16], end: u64) -> Result<Lookup> {
        let set = self.set.load();
        if set.mark().map_or(0, |mark| mark.size) < end {
            return Ok(Lookup::Uncovered);
        }
        Ok(set.find(actor, command_id)?.map_or(Lookup::Fresh, Lookup::Held))
    }

    /// The position of the record below [`Reader::mark`] that has this id, `None` if there is
    /// none: then the id is fresh, unless a record at or after the mark has it. Should two records
    /// have it, the older one is found. A position that is returned is to be confirmed against the
    /// record.
    ///
    /// # Errors
    /// [`super::Error::Damaged`] if what the answer would rest on is damaged: the files are to be
    /// made again ([`super::Writer::reset`]). [`super::Error::Io`] if a file cannot be read.
    #[inline]
    pub fn find(&self, actor: u64, command_id: &[u8; 16]) -> Result<Option<u64>> {
        self.set.load().find(actor, command_id)
    }

    /// How far the runs in use go; `None` if there are none. It only falls when they are reset.
    #[must_use]
    pub fn mark(&self) -> Option<Mark> {
        self.set.load().mark()
    }

    /// How many runs are in use, at most about [`super::RUNS_MAX`].
    #[must_use]
    pub fn runs(&self) -> usize {
        self.set.load().runs.len()
    }
}

impl<S: Storage> Clone for Reader<S> {
    fn clone(&self) -> Self {
        Reader { set: Arc::clone(&self.set) }
    }
}

impl<S: Storage> std::fmt::Debug for Reader<S> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Reader").field("mark", &self.mark()).finish()
    }
}

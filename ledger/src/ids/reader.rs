//! Looking up ids, from any thread.

use std::sync::Arc;

use arc_swap::ArcSwap;

use crate::ids::error::Result;
use crate::ids::filter::Line;
use crate::ids::fingerprint::Keys;
use crate::ids::run::Run;
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
}

/// Answers which record has an id. Clones are cheap and see what the [`super::Writer`] has
/// published last; nobody waits for anybody.
pub struct Reader<S: Storage> {
    pub(super) set: Arc<ArcSwap<Set<S>>>,
}

impl<S: Storage> Reader<S> {
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
        let set = self.set.load();
        let wanted = set.keys.of(actor, command_id);
        let bits = Line::of(wanted.high);
        for run in &set.runs {
            if let Some(seq) = run.find(wanted, &bits)? {
                return Ok(Some(seq));
            }
        }
        Ok(None)
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

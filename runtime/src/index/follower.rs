//! What brings the indexes up to the durable log, off the path of commands.

use super::opening::is_damage;
use super::postings::Postings;
use super::{Finder, Standing, WindowLimits};
use crate::{Error, Reader};
use std::path::PathBuf;
use std::sync::Arc;
use weft_ledger::indexer::Indexer;
use weft_ledger::storage::Storage;
use weft_ledger::{Digest, Header};

/// Ids that a stop leaves to the next opening, which reads them again faster than a file is made
/// durable.
const UNWRITTEN_RECORDS_MAX: u64 = 4_096;

/// When there is more to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum More {
    /// At once.
    Now,
    /// Some time soon, though nothing may happen.
    Soon,
    /// When something happens.
    OnNews,
}

/// Follows one log with its indexes.
pub(crate) struct Follower<S: Storage> {
    pub(super) indexer: Indexer<S>,
    pub(super) log: Reader<S>,
    pub(super) log_id: Digest,
    pub(super) postings: Postings,
    standing: Arc<Standing>,
    limits: WindowLimits,
    /// Set by an error until the next round, so that what failed is not tried for every record.
    paused: bool,
}

impl<S: Storage> Follower<S> {
    pub(super) fn new(
        indexer: Indexer<S>,
        (log, log_id): (Reader<S>, Digest),
        standing: Arc<Standing>,
        limits: WindowLimits,
        postings: Option<PathBuf>,
    ) -> Follower<S> {
        let postings = Postings::new(postings);
        Follower { indexer, log, log_id, postings, standing, limits, paused: false }
    }

    /// Where queries get the postings.
    pub(crate) fn finder(&self) -> &Finder {
        self.postings.finder()
    }

    /// Takes a durable record that somebody else has just read. One that does not come next is left to
    /// [`Follower::round`], and so is an error, which comes again there.
    pub(crate) fn take(&mut self, header: &Header, link: Digest) {
        if self.paused {
            return;
        }
        let ids =
            self.indexer.next_id() == header.seq && self.indexer.push_id(header, link).is_err();
        let postings = self.indexer.next_posting() == Some(header.seq)
            && self.indexer.push_posting(header, link).is_err();
        self.paused = ids || postings;
    }

    /// Brings the ids up to what is durable now, and the postings a step further. What fails is said,
    /// and tried again in the next round.
    pub(crate) fn round(&mut self) {
        self.paused = false;
        let doubted = self.standing.take_doubt();
        let outcome = match if doubted { self.begin_anew() } else { self.follow_ids() } {
            Err(Error::Index(error)) if is_damage(&error) => {
                tracing::error!(%error, "the ids of all records are read again");
                self.begin_anew()
            }
            outcome => outcome,
        };
        self.tell(outcome);
        self.follow_postings();
    }

    /// The last round of a kernel that ends.
    pub(crate) fn finish(&mut self) {
        self.round();
        if self.gathered() >= UNWRITTEN_RECORDS_MAX
            && let Err(error) = self.indexer.flush_ids()
        {
            tracing::warn!(%error, "the ids of the last records are read again at the next opening");
        }
        self.close_postings();
        self.standing.set_stuck(true);
    }

    /// When the next round has something to do.
    pub(crate) fn more(&self) -> More {
        match (self.standing.is_stuck(), self.postings.more()) {
            (_, More::Now) => More::Now,
            (true, _) | (false, More::Soon) => More::Soon,
            (false, More::OnNews) => More::OnNews,
        }
    }

    fn begin_anew(&mut self) -> Result<(), Error> {
        if let Err(error) = self.indexer.reset_ids() {
            // They are still there, and still in doubt.
            self.standing.doubt();
            return Err(error.into());
        }
        self.follow_ids()
    }

    fn follow_ids(&mut self) -> Result<(), Error> {
        for read in self.log.headers(self.indexer.next_id()..u64::MAX) {
            let (header, link) = read?;
            self.indexer.push_id(&header, link)?;
            // An error comes again when the postings go on from there.
            if self.indexer.next_posting() == Some(header.seq) && !self.paused {
                self.paused = self.indexer.push_posting(&header, link).is_err();
            }
        }
        if self.gathered() >= self.limits.kept as u64 {
            self.indexer.flush_ids()?;
        }
        Ok(())
    }

    /// Ids that no file has yet.
    fn gathered(&self) -> u64 {
        self.indexer.next_id() - self.indexer.ids().next_seq()
    }

    fn tell(&self, outcome: Result<(), Error>) {
        match (outcome, self.standing.is_stuck()) {
            (Ok(()), true) => {
                tracing::info!(
                    records = self.indexer.next_id(),
                    "the ids of records are written again"
                );
                self.standing.set_stuck(false);
            }
            (Err(error), false) => {
                tracing::error!(%error, "the ids of records cannot be written");
                self.standing.set_stuck(true);
            }
            (Ok(()), false) | (Err(_), true) => {}
        }
    }
}

impl<S: Storage> Drop for Follower<S> {
    /// Nobody writes ids any more, so nobody should wait for that.
    fn drop(&mut self) {
        self.standing.set_stuck(true);
    }
}

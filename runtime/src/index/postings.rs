//! The postings: opened and brought up beside the kernel's work, since nobody waits for them.

use super::{Finder, Follower, More};
use crate::Error;
use std::path::PathBuf;
use weft_ledger::indexer;
use weft_ledger::postings::{self, Writer};
use weft_ledger::storage::Storage;

/// Records that are read for the postings before ids are looked at again.
const RECORDS_A_STEP: u64 = 65_536;

/// Where the postings are, and how they are getting on.
pub(super) struct Postings {
    /// `None` where there is no real folder.
    path: Option<PathBuf>,
    finder: Finder,
    stage: Stage,
}

/// How they are getting on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Nobody has asked for them.
    Unwanted,
    /// They reach the end of the log, but for a block that is not full.
    Current,
    /// There are records they do not know yet.
    Behind,
    /// They cannot be opened or written now.
    Stuck,
}

impl Postings {
    pub(super) fn new(path: Option<PathBuf>) -> Postings {
        Postings { path, finder: Finder::default(), stage: Stage::Unwanted }
    }

    pub(super) fn finder(&self) -> &Finder {
        &self.finder
    }

    pub(super) fn more(&self) -> More {
        match self.stage {
            Stage::Unwanted | Stage::Current => More::OnNews,
            Stage::Behind => More::Now,
            Stage::Stuck => More::Soon,
        }
    }
}

impl<S: Storage> Follower<S> {
    /// Keeps postings from the next round on: a kernel that answers queries wants them.
    pub(crate) fn want_postings(&mut self) {
        if self.postings.path.is_some() {
            self.postings.stage = Stage::Behind;
        }
    }

    /// Goes on for a step.
    pub(super) fn follow_postings(&mut self) {
        let was = self.postings.stage;
        if was == Stage::Unwanted {
            return;
        }
        self.postings.stage = match self.step() {
            Ok(stage) => {
                if (was, stage) == (Stage::Behind, Stage::Current) {
                    tracing::info!(
                        records = self.indexer.next_posting(),
                        "the postings are up to the log"
                    );
                }
                stage
            }
            Err(error) => {
                self.let_go();
                if was != Stage::Stuck {
                    tracing::error!(%error, "the postings cannot be used: queries read the log");
                }
                Stage::Stuck
            }
        };
    }

    /// Hands everything to the operating system and lets go of the folder.
    pub(super) fn close_postings(&mut self) {
        if let Some(postings) = self.indexer.postings()
            && let Err(error) = postings.flush()
        {
            tracing::warn!(%error, "the postings are made again at the next opening");
        }
        self.let_go();
        self.postings.stage = Stage::Unwanted;
    }

    fn step(&mut self) -> Result<Stage, Error> {
        if self.indexer.postings().is_none_or(Writer::is_condemned) && !self.open_postings()? {
            return Ok(Stage::Stuck);
        }
        let next = self.indexer.next_posting().unwrap_or_default();
        for read in self.log.headers(next..next + RECORDS_A_STEP) {
            let (header, link) = read?;
            self.indexer.push_posting(&header, link)?;
        }
        let is_current = self.indexer.next_posting() >= Some(self.log.head().size);
        Ok(if is_current { Stage::Current } else { Stage::Behind })
    }

    /// Whether they are open now; not while a query still holds those that were here before.
    fn open_postings(&mut self) -> Result<bool, Error> {
        self.let_go();
        let Some(path) = &self.postings.path else { return Ok(false) };
        let link_of = |seq| Some(self.log.read(seq).ok()??.link);
        let (writer, opened) = match Writer::open(path, self.log_id, link_of) {
            Err(postings::Error::Held { .. }) => return Ok(false),
            opened => opened.map_err(indexer::Error::from)?,
        };
        if let Some(why) = opened.dropped {
            tracing::warn!(why, "the postings are made again");
        }
        self.postings.finder.set(Some(writer.reader()));
        self.indexer.set_postings(Some(writer));
        Ok(true)
    }

    fn let_go(&mut self) {
        self.postings.finder.set(None);
        self.indexer.set_postings(None);
    }
}

//! A checkpoint that somebody kept elsewhere, to hold a log to it later.

use super::file::integrity;
use super::head::TreeHead;
use super::note::Checkpoint;
use super::problem::NoteProblem;
use crate::error::Result;

/// A checkpoint that an auditor kept: nobody who holds the log can change it.
#[derive(Clone, Debug)]
pub struct Anchor {
    pub(super) name: String,
    pub(super) checkpoint: Checkpoint,
}

impl Anchor {
    /// A checkpoint and what errors call it: the name of its file, say.
    #[must_use]
    pub fn new(name: String, checkpoint: Checkpoint) -> Anchor {
        Anchor { name, checkpoint }
    }

    /// The tree that it is about.
    #[must_use]
    pub fn head(&self) -> TreeHead {
        self.checkpoint.head()
    }

    /// Whether it is about a tree of the log with this origin line.
    ///
    /// # Errors
    /// [`crate::Error::Integrity`] if it is another log's, or about no records at all.
    pub(crate) fn check_origin(&self, origin: &str) -> Result<()> {
        let size = self.head().size;
        let failed = |problem| Err(integrity(&self.name, 0, size, problem));
        if self.checkpoint.origin() != origin {
            let (found, expected) = (self.checkpoint.origin().to_owned(), origin.to_owned());
            return failed(NoteProblem::Origin { found, expected });
        }
        if size == 0 {
            return failed(NoteProblem::Order { found: 0, previous: 1 });
        }
        Ok(())
    }
}

//! One round of following, signing and indexing.

use super::Signed;
use super::signing::Signing;
use crate::Error;
use crate::index::{Finder, Follower, More};
use weft_ledger::Checkpointer;
use weft_ledger::storage::Storage;

/// Follows one log: signs checkpoints, where there is somebody to sign, and keeps the indexes.
pub(crate) struct Keeper<S: Storage> {
    signing: Option<Signing<S>>,
    follower: Follower<S>,
    signed: Signed,
    /// Why nothing is signed any more.
    failed: Option<Error>,
}

impl<S: Storage> Keeper<S> {
    pub(crate) fn new(follower: Follower<S>) -> Keeper<S> {
        Keeper { signing: None, follower, signed: Signed::default(), failed: None }
    }

    /// How far it has signed.
    pub(crate) fn signed(&self) -> Signed {
        self.signed.clone()
    }

    /// Has checkpoints signed from now on, of a log whose keys lie in `storage`.
    pub(crate) fn sign_with(&mut self, checkpointer: Checkpointer<S>, storage: S) {
        self.signing = Some(Signing::new(checkpointer, storage));
    }

    /// Where queries get the postings.
    pub(crate) fn finder(&self) -> &Finder {
        self.follower.finder()
    }

    /// Keeps postings as well from now on.
    pub(super) fn want_postings(&mut self) {
        self.follower.want_postings();
    }

    /// Follows the log to where it is durable now, signs what is new, and brings the indexes up to it.
    /// The kernel goes on without checkpoints when they fail: [`Keeper::finish`] says why.
    pub(crate) fn round(&mut self) {
        if let Err(error) = self.sign() {
            tracing::error!(%error, "no checkpoint is signed any more");
            self.signing = None;
            self.failed = Some(error);
        }
        self.follower.round();
    }

    /// Brings the indexes alone up to the log.
    pub(crate) fn index(&mut self) {
        self.follower.round();
    }

    /// The last round of a kernel that ends.
    ///
    /// # Errors
    /// [`Error::Ledger`] for records that no longer stand as they were written, and when the disk failed:
    /// nothing was signed after that. [`Error::Key`] when the log's new key cannot be read or put in place.
    /// Indexes that fail are made again from the log.
    pub(crate) fn finish(mut self) -> Result<(), Error> {
        let signed = self.failed.take().map_or_else(|| self.sign(), Err);
        self.follower.finish();
        signed
    }

    pub(super) fn more(&self) -> More {
        self.follower.more()
    }

    fn sign(&mut self) -> Result<(), Error> {
        let Keeper { signing: Some(signing), follower, signed, .. } = self else { return Ok(()) };
        let mut take = |header: &_, link: &_| follower.take(header, *link);
        signing.round(&mut take, signed)
    }
}

//! Signing checkpoints, by the key that the log has at the time.

use super::Signed;
use crate::Error;
use crate::log_key::{NEXT_LOG_KEY, read_next, take_over};
use std::path::Path;
use weft_ledger::storage::Storage;
use weft_ledger::{Checkpointer, Digest, Header, Signer};

/// Records that are followed at a time.
const RECORDS_A_STEP: u64 = 65_536;

/// Signs the checkpoints of one log.
pub(super) struct Signing<S: Storage> {
    checkpointer: Checkpointer<S>,
    /// Where the log's keys lie.
    storage: S,
}

impl<S: Storage> Signing<S> {
    pub(super) fn new(checkpointer: Checkpointer<S>, storage: S) -> Signing<S> {
        Signing { checkpointer, storage }
    }

    /// Follows the log to where it is durable now, each record's header going to `take`, and signs what is new;
    /// `signed` is told how far.
    ///
    /// # Errors
    /// As [`Checkpointer::follow`] and [`Checkpointer::sign`]; [`Error::Key`] when the log's new key cannot be read or put
    /// in place.
    pub(super) fn round(
        &mut self,
        take: &mut dyn FnMut(&Header, &Digest),
        signed: &Signed,
    ) -> Result<(), Error> {
        while self.checkpointer.follow(RECORDS_A_STEP, take)? == RECORDS_A_STEP {}
        if !self.checkpointer.can_sign() {
            self.change_keys()?;
        }
        if self.checkpointer.can_sign() {
            self.checkpointer.sign()?;
        }
        if let Some(last) = self.checkpointer.last() {
            signed.tell(last.head().size, self.checkpointer.keys().clone());
        }
        Ok(())
    }

    /// After a durable change of keys: the new key's file takes the name of the old one's, and the new key signs.
    fn change_keys(&mut self) -> Result<(), Error> {
        let failed = |source| Error::key(Path::new(NEXT_LOG_KEY), source);
        let needed = self.checkpointer.keys().key_for(self.checkpointer.size());
        let next = read_next(&self.storage).map_err(failed)?;
        let next = next.and_then(|seed| Signer::new(self.checkpointer.keys().origin(), &seed));
        let next = next.filter(|next| Some(next.key().public_key()) == needed);
        let Some(next) = next else {
            let file = NEXT_LOG_KEY;
            tracing::error!(file, "the log's new key is not here: no checkpoint is signed");
            return Ok(());
        };
        take_over(&self.storage).map_err(failed)?;
        self.checkpointer.set_signer(next);
        Ok(())
    }
}

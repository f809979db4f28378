//! One round of following and signing.

use crate::Error;
use weft_ledger::Checkpointer;
use weft_ledger::storage::Storage;

/// Records that are followed before the caller may look at something else.
const RECORDS_A_STEP: u64 = 65_536;

/// Signs checkpoints of one log.
pub(crate) struct Keeper<S: Storage> {
    checkpointer: Checkpointer<S>,
}

impl<S: Storage> Keeper<S> {
    pub(crate) fn new(checkpointer: Checkpointer<S>) -> Keeper<S> {
        Keeper { checkpointer }
    }

    /// Follows the log to where it is durable now, and signs what is new.
    ///
    /// # Errors
    /// [`Error::Ledger`] for records that no longer stand as they were written, and when the disk
    /// fails; nothing is signed after that.
    pub(crate) fn round(&mut self) -> Result<(), Error> {
        while self.checkpointer.follow(RECORDS_A_STEP, &mut |_, _| {})? == RECORDS_A_STEP {}
        // After a change of keys somebody has to bring the new one.
        if self.checkpointer.can_sign() {
            self.checkpointer.sign()?;
        }
        Ok(())
    }
}

//! Looking at a node without being its kernel.

use crate::kernel::{Fold, Head, Published};
use crate::platform::Platform;
use crate::{Error, Reader, replay};
use weft_ledger::{Log, OpenOptions, Opening};
use weft_projections::{Seq, State};

/// A node opened for reading: nothing is written, and no lock is taken.
#[derive(Debug)]
pub struct Inspection<P: Platform> {
    /// State and head as of the last whole record.
    pub published: Published,
    /// What opening found, an unsettled tail for one.
    pub opening: Opening,
    reader: Reader<P::Storage>,
}

impl<P: Platform> Inspection<P> {
    /// Checks and folds every record of the log on `platform`.
    ///
    /// # Errors
    /// [`Error::Ledger`] for a missing or damaged log, [`Error::Unreadable`] for a record of a later
    /// version.
    pub fn open(platform: &P) -> Result<Inspection<P>, Error> {
        let mut fold = Fold::default();
        // A reader makes no segment, so it needs no nonce.
        let nonces = Box::new(|| [0; 16]);
        let opened =
            Log::open(platform.storage(), OpenOptions::read_only(), nonces, &mut |entry| {
                fold.take(entry)
            });
        let (log, opening) = fold.outcome(opened)?;
        let mut state = fold.state;
        state.seal();
        Ok(Inspection {
            published: Published { state, head: Head::of(log.head()) },
            opening,
            reader: log.reader(),
        })
    }

    /// Random access to the records.
    pub fn reader(&self) -> &Reader<P::Storage> {
        &self.reader
    }

    /// State as of the record `seq`.
    ///
    /// # Errors
    /// As [`replay`].
    pub fn state_at(&self, seq: Seq) -> Result<State, Error> {
        if seq == self.published.head.seq {
            return Ok(self.published.state.clone());
        }
        replay(&self.reader, seq)
    }
}

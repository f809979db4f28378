//! What a query looks at.

use super::Error;
use crate::Reader;
use weft_ledger::Entry;
use weft_ledger::postings;
use weft_ledger::storage::Storage;
use weft_projections::{Seq, State};

/// A State, and the records it was folded from: later ones are out of sight.
#[derive(Debug, Clone, Copy)]
pub struct Sight<'a, S: Storage> {
    /// The fold of the records in sight.
    pub state: &'a State,
    /// The records.
    pub reader: &'a Reader<S>,
    /// The last one in sight.
    pub head: Seq,
    /// By which records are found without reading all of them; without them nothing is found that is
    /// not found anyway.
    pub postings: Option<&'a postings::Reader>,
}

impl<S: Storage> Sight<'_, S> {
    /// The record at a position in sight.
    ///
    /// # Errors
    /// [`Error::NotFound`] beyond it, [`Error::Unread`] when the log cannot be read.
    pub fn entry(&self, seq: Seq) -> Result<Entry<'static>, Error> {
        let missing = || Error::NotFound { what: format!("record {seq}") };
        if seq > self.head {
            return Err(missing());
        }
        self.reader.read(seq.0)?.ok_or_else(missing)
    }
}

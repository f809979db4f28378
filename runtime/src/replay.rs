//! State as of any record, from the log alone.

use crate::Error;
use crate::kernel::decode_record;
use weft_ledger::Reader;
use weft_ledger::storage::Storage;
use weft_projections::{Seq, State, evolve};

/// Folds the records 0..=`last`. There are no reactors here: replay runs nothing.
///
/// # Errors
/// [`Error::Ledger`] when a record cannot be read, [`Error::Unreadable`] for a record of a later
/// version.
pub fn replay<S: Storage>(reader: &Reader<S>, last: Seq) -> Result<State, Error> {
    let mut state = State::default();
    for entry in reader.range(0..last.0.saturating_add(1)) {
        evolve(&mut state, &decode_record(&entry?)?);
    }
    state.seal();
    Ok(state)
}

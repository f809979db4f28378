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
    replay_from(State::default(), reader, last)
}

/// The same, going on from the State of an earlier record.
///
/// # Errors
/// As [`replay()`].
pub(crate) fn replay_from<S: Storage>(
    mut state: State,
    reader: &Reader<S>,
    last: Seq,
) -> Result<State, Error> {
    let next = state.kernel.last().map_or(0, |known| known.seq.0.saturating_add(1));
    for entry in reader.range(next..last.0.saturating_add(1)) {
        evolve(&mut state, &decode_record(&entry?)?);
    }
    state.seal();
    Ok(state)
}

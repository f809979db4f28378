//! The guard: the latest checkpoint, kept outside the data directory, where who replaces that
//! directory by an older copy does not reach it.

use std::io;

use super::note::{Checkpoint, NOTE_BYTES_MAX};
use super::problem::NoteProblem;
use super::watch::GuardState;
use crate::error::{Error, GuardProblem, Result};
use crate::hash::Digest;
use crate::replace::replace_file;
use crate::storage::{Access, Storage, read_full};

/// The directory of guards, in a place of its own; each has the name of its log's id.
pub const GUARD_DIR: &str = "guard";

pub(super) fn path(log_id: &Digest) -> String {
    format!("{GUARD_DIR}/{log_id}")
}

/// The bytes of a log's guard; `None` if there is none.
pub(crate) fn read<S: Storage>(guards: &S, log_id: &Digest) -> Result<Option<Vec<u8>>> {
    let path = path(log_id);
    let file = match guards.open(&path, Access::Read) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened.map_err(Error::io("open", &path))?,
    };
    let mut bytes = vec![0; NOTE_BYTES_MAX + 1];
    let read = read_full(&file, &mut bytes, 0).map_err(Error::io("read", &path))?;
    bytes.truncate(read);
    Ok(Some(bytes))
}

/// Replaces the guard, durably and at once: there is always the old one or the new one.
pub(super) fn replace<S: Storage>(guards: &S, log_id: &Digest, note: &Checkpoint) -> Result<()> {
    replace_file(guards, GUARD_DIR, &path(log_id), note.as_bytes())
}

/// Reads the guard. One that is no note, or another log's, contradicts the log.
pub(super) fn look<S: Storage>(
    guards: &S,
    log_id: &Digest,
    origin: &str,
) -> Result<(Option<Checkpoint>, GuardState)> {
    let Some(bytes) = read(guards, log_id)? else { return Ok((None, GuardState::Missing)) };
    let parsed = Checkpoint::parse(&bytes).and_then(|note| {
        let (found, expected) = (note.origin().to_owned(), origin.to_owned());
        if found == expected && note.head().size > 0 {
            Ok(note)
        } else {
            Err(NoteProblem::Origin { found, expected })
        }
    });
    Ok(match parsed {
        Ok(note) => (Some(note), GuardState::Missing),
        Err(problem) => (None, GuardState::Contradicted(GuardProblem::Damaged { problem })),
    })
}

//! What one writer holds: the data directory, and the directory of segments, which another data
//! directory may share.

use crate::error::{Error, Result};
use crate::segment::LOG_DIR;
use crate::storage::{LOCK_FILE, LockError, Storage};

/// The data directory itself.
pub(crate) const DATA_DIR: &str = "";

/// Whether somebody writes to a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occupancy {
    /// Nobody does.
    Free,
    /// Somebody does.
    Taken {
        /// The process that says it does, if it could say so.
        holder: Option<u32>,
    },
}

/// Whether somebody writes to the log in `storage` now.
///
/// # Errors
/// What the operating system says.
pub fn occupancy<S: Storage>(storage: &S) -> Result<Occupancy> {
    if !is_taken(storage)? {
        return Ok(Occupancy::Free);
    }
    match take(storage, DATA_DIR).map(drop) {
        Err(Error::Locked { holder }) => Ok(Occupancy::Taken { holder }),
        // It holds the segments by way of another data directory, or ended just now.
        Ok(()) if is_taken(storage)? => Ok(Occupancy::Taken { holder: None }),
        Ok(()) => Ok(Occupancy::Free),
        Err(error) => Err(error),
    }
}

/// Held until it is dropped.
pub(crate) struct Locks<S: Storage> {
    _data: S::Lock,
    _log: S::Lock,
}

impl<S: Storage> Locks<S> {
    /// Takes the directories of a log that is there.
    pub(crate) fn take(storage: &S) -> Result<Locks<S>> {
        let data = take(storage, DATA_DIR)?;
        Locks::with_data_dir(storage, data)
    }

    /// Takes the directory of segments as well.
    pub(crate) fn with_data_dir(storage: &S, data: S::Lock) -> Result<Locks<S>> {
        Ok(Locks { _data: data, _log: take(storage, LOG_DIR)? })
    }
}

/// Takes one directory.
pub(crate) fn take<S: Storage>(storage: &S, dir: &str) -> Result<S::Lock> {
    storage.lock(dir).map_err(|error| match error {
        LockError::Held { holder } => Error::Locked { holder },
        LockError::Io(source) => Error::io("lock", name(dir))(source),
    })
}

/// Whether a writer is there.
pub(crate) fn is_taken<S: Storage>(storage: &S) -> Result<bool> {
    let is_locked = |dir| storage.is_locked(dir).map_err(Error::io("probe", name(dir)));
    Ok(is_locked(DATA_DIR)? || is_locked(LOG_DIR)?)
}

/// What an error calls a directory: the data directory goes by the file in it that names the holder.
fn name(dir: &str) -> &str {
    if dir == DATA_DIR { LOCK_FILE } else { dir }
}

//! Opening a node for writing, with its keys and its guard.

use super::{Keys, Layout};
use crate::platform::Native;
use crate::{Error, Kernel, OpenOptions, Opening};
use std::fs;

/// Opens the node at `layout` for writing: takes its lock, checks and folds every record, holds the
/// log to its guard, and has checkpoints signed with the log's key.
///
/// # Errors
/// Those of [`Kernel::open`]; [`Error::Key`] when the log's key cannot be read, and
/// [`Error::NotTheLogKey`] when it is not the one that signs this log: a copy of a log is read only.
pub fn open(layout: &Layout) -> Result<(Kernel<Native, ()>, Opening), Error> {
    let keys = Keys::load(layout)?;
    if let Some(guards) = layout.guards() {
        fs::create_dir_all(guards).map_err(|source| Error::files(guards, source))?;
    }
    let (mut kernel, opening) = Kernel::open(Native::of(layout), OpenOptions::writer())?;
    let needed = opening.watched.keys.key_for(opening.head.size);
    if needed != Some(keys.log_public()) {
        return Err(Error::NotTheLogKey { path: layout.log_key() });
    }
    kernel.sign_checkpoints(opening.watched.keys.origin(), &keys.log_seed())?;
    Ok((kernel, opening))
}

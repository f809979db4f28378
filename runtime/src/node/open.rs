//! Opening a node for writing, with its keys and its guard.

use super::{Keys, Layout};
use crate::platform::Native;
use crate::snapshot::Policy;
use crate::{Error, Kernel, OpenOptions, Opening, Progress};
use std::fs;
use weft_ledger::Signer;

/// Opens the node at `layout` for writing: takes its lock, checks and folds the records after the newest
/// snapshot, holds the log to its guard, has checkpoints signed with the log's key, and snapshots taken.
/// `progress` hears how far the ids of records are read that no file knows.
///
/// # Errors
/// Those of [`Kernel::open`]; [`Error::Key`] when the log's key cannot be read, and
/// [`Error::NotTheLogKey`] when it is not the one that signs this log: a copy of a log is read only.
pub fn open(
    layout: &Layout,
    progress: &mut dyn FnMut(Progress),
) -> Result<(Kernel<Native, ()>, Opening), Error> {
    let (platform, options) = (Native::of(layout), OpenOptions::writer());
    let (mut kernel, opening) = Kernel::open_with(platform, options, progress)?;
    let seed = Keys::load_log_seed(layout)?;
    let needed = opening.log.watched.keys.verifier_for(opening.log.head.size);
    let signer = Signer::new(opening.log.watched.keys.origin(), &seed);
    if needed.as_ref() != signer.as_ref().map(Signer::key) {
        return Err(Error::NotTheLogKey { path: layout.log_key() });
    }
    if let Some(guards) = layout.guards() {
        fs::create_dir_all(guards).map_err(|source| Error::files(guards, source))?;
    }
    kernel.sign_checkpoints(opening.log.watched.keys.origin(), &seed)?;
    kernel.take_snapshots(Policy::default(), opening.snapshot);
    Ok((kernel, opening))
}

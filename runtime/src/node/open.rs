//! Opening a node for writing, with its keys and its guard.

use super::folders::{make_folders, sync_folder};
use super::{KEY_FILE_BYTES, Keys, Layout};
use crate::log_key::seed_for;
use crate::platform::{Native, Platform};
use crate::snapshot::Policy;
use crate::{Error, Inspection, Kernel, KeyState, OpenOptions, Opening, Progress};

/// Opens the node at `layout` for writing: takes its lock, checks and folds the records after the newest
/// snapshot, holds the log to its guard, has checkpoints signed with the log's key, and snapshots taken.
/// A change of keys that was not brought to its end is completed. `progress` hears how far the ids of
/// records are read that no file knows.
///
/// # Errors
/// Those of [`Kernel::open`]; [`Error::Key`] when the log's key cannot be read, and
/// [`Error::NotTheLogKey`] when it is not there or not the one that signs this log: a copy of a log is
/// read only.
pub fn open(
    layout: &Layout,
    progress: &mut dyn FnMut(Progress),
) -> Result<(Kernel<Native, ()>, Opening), Error> {
    refuse_copy(layout)?;
    let (platform, options) = (Native::of(layout), OpenOptions::writer());
    let (mut kernel, opening) = Kernel::open_with(platform, options, progress)?;
    let seed = match log_seed(layout, &opening) {
        Ok(seed) => seed,
        Err(error) => {
            // Nothing was written, and the room that was reserved for writing is given back.
            kernel.close()?;
            return Err(error);
        }
    };
    if let Some(guards) = layout.guards() {
        for changed in make_folders(guards)? {
            sync_folder(&changed)?;
        }
    }
    kernel.sign_checkpoints(opening.log.watched.keys.origin(), &seed)?;
    kernel.take_snapshots(Policy::default(), opening.snapshot.map(|snapshot| snapshot.head.seq));
    Ok((kernel, opening))
}

/// The seed of the key that the log needs: that of the key's file, or of the one beside it if a change of keys was on
/// its way to it, which is then completed.
fn log_seed(layout: &Layout, opening: &Opening) -> Result<[u8; KEY_FILE_BYTES], Error> {
    let current = Keys::load_log_seed(layout);
    let (storage, keys) = (Native::of(layout).storage(), &opening.log.watched.keys);
    let found = seed_for(&storage, current.as_ref().ok().copied(), keys, opening.log.head.size);
    let other = || Error::NotTheLogKey { path: layout.log_key(), state: KeyState::Other };
    match found.map_err(|source| Error::key(&layout.next_log_key(), source))? {
        Some(seed) => Ok(seed),
        None => current.and(Err(other())),
    }
}

/// Whether the node at `layout` can be written, as far as the mere presence of the log's key says.
/// Nothing is touched, not even a lock.
///
/// # Errors
/// [`Error::NotTheLogKey`] for a good log without its key, as an import and a backup are;
/// those of [`Inspection::open`] for one that is missing or damaged.
pub fn refuse_copy(layout: &Layout) -> Result<(), Error> {
    let path = layout.log_key();
    // One that cannot even be looked for is told of by whoever reads it.
    if !matches!(path.try_exists(), Ok(false)) {
        return Ok(());
    }
    Inspection::open(&Native::of(layout))?;
    Err(Error::NotTheLogKey { path, state: KeyState::Missing })
}

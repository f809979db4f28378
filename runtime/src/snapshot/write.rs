//! Writing snapshots, and letting old ones go.

use super::header::Snapshot;
use super::name::{Found, SNAPSHOT_DIR, path, temporary_path};
use crate::Error;
use std::io;
use std::path::Path;
use weft_ledger::storage::File as _;
use weft_ledger::{Hasher as _, Shake, Storage};
use weft_projections::Seq;

/// How many snapshots are kept: the newest, and the one before in case that one is damaged.
pub const SNAPSHOTS_KEPT: usize = 2;

/// Writes a snapshot durably, in place of one of the same record, and removes what earlier writers left unfinished.
///
/// # Errors
/// [`Error::Snapshot`] for a State that is too large; [`Error::Files`] for what the operating system says: there may be a
/// leftover then, and the one of the same record may be gone.
pub fn write(storage: &impl Storage, snapshot: &Snapshot) -> Result<(), Error> {
    let Snapshot { header, state } = snapshot;
    let bytes = state.to_snapshot()?;
    let start = header.encode(bytes.len() as u64);
    let digest = Shake::hash(&[&start, &bytes]);
    put(storage, header.head.seq, &[&start, &bytes, digest.as_bytes()])
        .map_err(|error| Error::files(Path::new(&path(header.head.seq)), error))
}

fn put(storage: &impl Storage, seq: Seq, parts: &[&[u8]]) -> io::Result<()> {
    storage.make_dir(SNAPSHOT_DIR)?;
    storage.sync_dir("")?;
    let found = Found::list(storage)?;
    for leftover in found.leftovers {
        storage.remove(&temporary_path(leftover))?;
    }
    let file = storage.create_new(&temporary_path(seq))?;
    let mut offset = 0;
    for part in parts {
        file.write_at(part, offset)?;
        offset += part.len() as u64;
    }
    file.sync_all()?;
    if found.snapshots.contains(&seq) {
        storage.remove(&path(seq))?;
    }
    storage.rename(&temporary_path(seq), &path(seq))?;
    storage.sync_dir(SNAPSHOT_DIR)
}

/// Removes every snapshot, so that the next opening reads the whole log.
///
/// # Errors
/// [`Error::Files`] for what the operating system says.
pub(crate) fn remove_all(storage: &impl Storage) -> Result<(), Error> {
    let remove = || {
        let snapshots = Found::list(storage)?.snapshots;
        snapshots.into_iter().try_for_each(|seq| storage.remove(&path(seq)))?;
        storage.sync_dir(SNAPSHOT_DIR)
    };
    remove().map_err(|error| Error::files(Path::new(SNAPSHOT_DIR), error))
}

/// Removes all but the newest snapshots: those beyond the first `kept` at or before `newest`, and any after it, which the log
/// that `newest` was just made of does not have.
///
/// # Errors
/// [`Error::Files`] for what the operating system says.
pub fn prune(storage: &impl Storage, newest: Seq, kept: usize) -> Result<(), Error> {
    let prune = || {
        let snapshots = Found::list(storage)?.snapshots;
        let (after, rest): (Vec<Seq>, Vec<Seq>) =
            snapshots.into_iter().partition(|seq| *seq > newest);
        let mut removed = after.into_iter().chain(rest.into_iter().skip(kept)).peekable();
        if removed.peek().is_none() {
            return Ok(());
        }
        removed.try_for_each(|seq| storage.remove(&path(seq)))?;
        storage.sync_dir(SNAPSHOT_DIR)
    };
    prune().map_err(|error| Error::files(Path::new(SNAPSHOT_DIR), error))
}

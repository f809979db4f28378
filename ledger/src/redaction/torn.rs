//! Torn writes that were saved: they may hold what a redaction is to erase.

use crate::error::{Error, Result};
use crate::scan::Listing;
use crate::segment::LOG_DIR;
use crate::storage::{Access, File as _, Storage};

/// Zeros that are written at a time.
const PIECE_BYTES: usize = 256 << 10;

/// Overwrites and removes every torn write, durably; how many there were.
pub(super) fn remove_torn<S: Storage>(storage: &S) -> Result<u64> {
    let torn = Listing::read(storage)?.torn;
    for path in &torn {
        overwrite(storage, path)?;
        storage.remove(path).map_err(Error::io("remove", path))?;
    }
    if !torn.is_empty() {
        storage.sync_dir(LOG_DIR).map_err(Error::io("sync", LOG_DIR))?;
    }
    Ok(torn.len() as u64)
}

fn overwrite<S: Storage>(storage: &S, path: &str) -> Result<()> {
    let file = storage.open(path, Access::Write).map_err(Error::io("open", path))?;
    let len = file.len().map_err(Error::io("measure", path))?;
    let zeros = vec![0; PIECE_BYTES];
    let mut at = 0;
    while at < len {
        let left = usize::try_from(len - at).unwrap_or(PIECE_BYTES).min(PIECE_BYTES);
        let piece = zeros.get(..left).unwrap_or_default();
        file.write_at(piece, at).map_err(Error::io("write", path))?;
        at += left as u64;
    }
    file.sync_all().map_err(Error::io("sync", path))
}

//! Replacing a small file as a whole.

use std::io;

use crate::error::{Error, Result};
use crate::storage::{File as _, Storage};

/// Replaces the file at `path`, in the directory `dir` below the storage's own, durably and at once:
/// there is always the old one or the new one.
///
/// # Errors
/// What the storage says; then the old one is still there, or the new one.
pub(crate) fn replace_file<S: Storage>(
    storage: &S,
    dir: &str,
    path: &str,
    bytes: &[u8],
) -> Result<()> {
    let temporary = format!("{path}.tmp");
    storage.make_dir(dir).map_err(Error::io("make", dir))?;
    match storage.remove(&temporary) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(Error::io("remove", &temporary)(error));
        }
        Ok(()) | Err(_) => {}
    }
    let file = storage.create_new(&temporary).map_err(Error::io("create", &temporary))?;
    file.write_at(bytes, 0).map_err(Error::io("write", &temporary))?;
    file.sync_all().map_err(Error::io("sync", &temporary))?;
    storage.replace(&temporary, path).map_err(Error::io("rename", &temporary))?;
    storage.sync_dir(dir).map_err(Error::io("sync", dir))?;
    // The directory may be there and its name not be durable: who made it may have failed after.
    storage.sync_dir("").map_err(Error::io("sync", "."))
}

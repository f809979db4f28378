//! Copying blobs.

use crate::blob::{BlobName, Blobs};
use crate::error::{Error, Result};
use crate::storage::Storage;

/// Copies every blob that the target does not have; each is checked as it is read, and has the same
/// name there because it has the same bytes. How many were copied.
///
/// # Errors
/// [`Error::BlobDamaged`], or what the storages say.
pub fn copy_blobs<S: Storage, T: Storage>(source: &S, target: &T) -> Result<u64> {
    let (from, to) = (Blobs::new(source.clone()), Blobs::new(target.clone()));
    let mut copied = 0;
    for name in from.names() {
        copied += u64::from(copy(&from, &to, &name?)?);
    }
    Ok(copied)
}

/// Whether the blob was copied: not if it is there already, or is being erased.
fn copy<S: Storage, T: Storage>(from: &Blobs<S>, to: &Blobs<T>, name: &BlobName) -> Result<bool> {
    match to.check(name) {
        Ok(_) => return Ok(false),
        Err(Error::BlobMissing { .. }) => {}
        Err(error) => return Err(error),
    }
    let stored = from.open(name).and_then(|mut blob| {
        let salt = *blob.salt();
        to.store(&salt, &mut blob)
    });
    match stored {
        Ok(stored) if stored.name == *name => Ok(true),
        Ok(_) => Err(Error::BlobDamaged { name: *name }),
        // Erasing takes the name away first.
        Err(error) => match from.check(name) {
            Err(Error::BlobMissing { .. }) => Ok(false),
            Ok(_) | Err(_) => Err(error),
        },
    }
}

//! Collecting blobs that no record names: left by a crash between storing and naming.

use std::collections::BTreeSet;

use crate::blob::{Collected, Removal};
use crate::error::Result;
use crate::reader::Reader;
use crate::redaction::unshared;
use crate::storage::Storage;

/// Removes, or only counts, every blob that no record of the log names but redacted ones, and what storing
/// or erasing left when it was cut short. To remove, the caller holds the log for writing and stores
/// nothing meanwhile. Memory grows with the number of blobs, 32 bytes each; the log is read once for every
/// 65,536 records that name one.
///
/// # Errors
/// [`crate::Error::UnknownFile`] for a file among the blobs that is none, damage in a record, or what the
/// storage says; what was removed before stays removed.
pub fn collect_blobs<S: Storage>(reader: &Reader<S>, removal: Removal) -> Result<Collected> {
    let blobs = reader.blobs();
    let present = blobs.names().collect::<Result<BTreeSet<_>>>()?;
    let unnamed = unshared(reader, present)?;
    blobs.remove_unreferenced(&|name| !unnamed.contains(name), removal)
}

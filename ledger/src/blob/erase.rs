//! Erasing a blob, for a redaction: its bytes are overwritten before its file goes.

use std::io;

use crate::blob::{BlobName, Blobs};
use crate::error::{Error, Result};
use crate::storage::{Access, File as _, Storage};

/// Zeros that are written at a time.
const PIECE_BYTES: usize = 256 << 10;

/// What erasing a blob came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Erasure {
    /// It was there and is gone, durably.
    Erased,
    /// There was nothing to erase.
    Absent,
}

impl<S: Storage> Blobs<S> {
    /// Takes a blob's name away, overwrites its bytes with zeros and removes it, durably. A call
    /// that was cut short is completed by the next for the same name.
    ///
    /// # Errors
    /// What the storage says.
    pub fn erase(&self, name: &BlobName) -> Result<Erasure> {
        let interrupted = self.finish_erasing(name)?;
        let (path, erasing) = (name.path(), name.erasing_path());
        match self.storage.rename(&path, &erasing) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(interrupted),
            renamed => renamed.map_err(Error::io("rename", &path))?,
        }
        // Never zeros under the name, whatever a loss of power leaves.
        self.sync_dir(&name.dir())?;
        self.finish_erasing(name)
    }

    /// Overwrites and removes what has lost its name already.
    pub(super) fn finish_erasing(&self, name: &BlobName) -> Result<Erasure> {
        let path = name.erasing_path();
        let file = match self.storage.open(&path, Access::Write) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Erasure::Absent),
            opened => opened.map_err(Error::io("open", &path))?,
        };
        let len = file.len().map_err(Error::io("measure", &path))?;
        let zeros = [0; PIECE_BYTES];
        let mut at = 0;
        while at < len {
            let left = usize::try_from(len - at).unwrap_or(PIECE_BYTES).min(PIECE_BYTES);
            let piece = zeros.get(..left).unwrap_or_default();
            file.write_at(piece, at).map_err(Error::io("write", &path))?;
            at += left as u64;
        }
        file.sync_all().map_err(Error::io("sync", &path))?;
        self.storage.remove(&path).map_err(Error::io("remove", &path))?;
        self.sync_dir(&name.dir())?;
        Ok(Erasure::Erased)
    }
}

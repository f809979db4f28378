//! Storing a blob.

use std::io;

use crate::blob::BlobName;
use crate::blob::name::{BLOBS_DIR, Naming, temporary_path};
use crate::error::{Error, Result};
use crate::limits::{BLOB_BYTES_MAX, SALT_BYTES};
use crate::locks::DATA_DIR;
use crate::storage::{Access, File as _, Storage};

/// Bytes that are written at a time.
const PIECE_BYTES: usize = 256 << 10;

/// What an error calls the content that a caller gives.
const CONTENT: &str = "the blob's content";

/// The blobs of a data directory.
#[derive(Clone, Debug)]
pub struct Blobs<S> {
    pub(super) storage: S,
}

/// A blob that is durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredBlob {
    /// Its name.
    pub name: BlobName,
    /// Bytes of its content.
    pub bytes: u64,
}

impl<S: Storage> Blobs<S> {
    /// The blobs of a data directory. Nothing is touched before the first use.
    #[must_use]
    pub fn new(storage: S) -> Blobs<S> {
        Blobs { storage }
    }

    /// Stores content, which is read to its end, under 16 random bytes of its own. When this
    /// returns, the blob is durable and may be named.
    ///
    /// # Errors
    /// [`Error::BlobLong`] beyond [`BLOB_BYTES_MAX`], [`Error::BlobDamaged`] if the same blob is
    /// there already and is damaged, or what content and storage say. Then there is no new name.
    pub fn store(&self, salt: &[u8; SALT_BYTES], content: &mut dyn io::Read) -> Result<StoredBlob> {
        self.storage.make_dir(BLOBS_DIR).map_err(Error::io("make", BLOBS_DIR))?;
        self.sync_dir(DATA_DIR)?;
        let (temporary, file) = self.create_temporary(salt)?;
        let stored = write::<S>(&file, &temporary, salt, content)
            .and_then(|stored| self.give_name(&temporary, &stored.name).map(|()| stored));
        // After an error the temporary may still be there; it is no blob and is collected as such.
        stored.inspect_err(|_| drop(self.storage.remove(&temporary)))
    }

    /// Gives a synced temporary its name, durably. The same blob may have been stored before.
    fn give_name(&self, temporary: &str, name: &BlobName) -> Result<()> {
        let dir = name.dir();
        self.storage.make_dir(&dir).map_err(Error::io("make", &dir))?;
        match self.storage.rename(temporary, &name.path()) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                self.keep(name)?;
                self.storage.remove(temporary).map_err(Error::io("remove", temporary))?;
            }
            renamed => renamed.map_err(Error::io("rename", temporary))?,
        }
        self.sync_dir(&dir)?;
        self.sync_dir(BLOBS_DIR)
    }

    /// Makes sure of a blob that is there already: whoever stored it may not have synced it yet.
    fn keep(&self, name: &BlobName) -> Result<()> {
        self.check(name)?;
        let path = name.path();
        let file = self.storage.open(&path, Access::Write).map_err(Error::io("open", &path))?;
        file.sync_all().map_err(Error::io("sync", &path))
    }

    fn create_temporary(&self, salt: &[u8; SALT_BYTES]) -> Result<(String, S::File)> {
        let mut number = 0;
        loop {
            let path = temporary_path(salt, number);
            match self.storage.create_new(&path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
                created => {
                    let file = created.map_err(Error::io("create", &path))?;
                    return Ok((path, file));
                }
            }
        }
    }

    pub(super) fn sync_dir(&self, dir: &str) -> Result<()> {
        let name = if dir == DATA_DIR { "." } else { dir };
        self.storage.sync_dir(dir).map_err(Error::io("sync", name))
    }
}

/// Writes salt and content and syncs them.
fn write<S: Storage>(
    file: &S::File,
    path: &str,
    salt: &[u8; SALT_BYTES],
    content: &mut dyn io::Read,
) -> Result<StoredBlob> {
    let mut naming = Naming::new();
    naming.update(salt);
    file.write_at(salt, 0).map_err(Error::io("write", path))?;
    let mut buffer = vec![0; PIECE_BYTES];
    let mut bytes = 0;
    loop {
        let read = fill(content, &mut buffer)?;
        if read == 0 {
            break;
        }
        if bytes + read as u64 > BLOB_BYTES_MAX {
            return Err(Error::BlobLong { bytes_max: BLOB_BYTES_MAX });
        }
        let piece = buffer.get(..read).unwrap_or_default();
        naming.update(piece);
        let offset = SALT_BYTES as u64 + bytes;
        file.write_at(piece, offset).map_err(Error::io("write", path))?;
        bytes += read as u64;
    }
    file.sync_all().map_err(Error::io("sync", path))?;
    Ok(StoredBlob { name: naming.finish(), bytes })
}

/// Reads until the buffer is full or the content ends.
fn fill(content: &mut dyn io::Read, buffer: &mut [u8]) -> Result<usize> {
    let mut done = 0;
    while let Some(rest) = buffer.get_mut(done..).filter(|rest| !rest.is_empty()) {
        match content.read(rest) {
            Ok(0) => break,
            Ok(read) => done += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Error::io("read", CONTENT)(error)),
        }
    }
    Ok(done)
}

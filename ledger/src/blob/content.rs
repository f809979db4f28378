//! Reading a blob back.

use std::io;

use crate::blob::name::Naming;
use crate::blob::{BlobName, Blobs};
use crate::error::{Error, Result};
use crate::limits::{BLOB_BYTES_MAX, SALT_BYTES};
use crate::storage::{Access, File, Storage, read_full};

/// Bytes that are read at a time.
const PIECE_BYTES: usize = 256 << 10;

/// A blob that was held against its name and can now be read, from its first byte to its last.
///
/// It is held against its name a second time as it is read: bytes that changed in between end in
/// an error of kind `InvalidData` instead of the end of the content.
#[derive(Debug)]
pub struct Blob<S: Storage> {
    file: S::File,
    name: BlobName,
    salt: [u8; SALT_BYTES],
    naming: Option<Naming>,
    at: u64,
    end: u64,
}

impl std::fmt::Debug for Naming {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Naming(..)")
    }
}

impl<S: Storage> Blobs<S> {
    /// Opens a blob, after having read all of it once to hold it against its name.
    ///
    /// # Errors
    /// [`Error::BlobMissing`], [`Error::BlobDamaged`], or what the storage says.
    pub fn open(&self, name: &BlobName) -> Result<Blob<S>> {
        let (file, end) = self.open_file(name)?;
        check(&file, end, name)?;
        let mut salt = [0; SALT_BYTES];
        let path = name.path();
        read_full(&file, &mut salt, 0).map_err(Error::io("read", &path))?;
        let mut naming = Naming::new();
        naming.update(&salt);
        Ok(Blob { file, name: *name, salt, naming: Some(naming), at: SALT_BYTES as u64, end })
    }

    /// The whole content of a blob of at most `bytes_max` bytes.
    ///
    /// # Errors
    /// [`Error::BlobLong`] if it is longer, [`Error::BlobMissing`], [`Error::BlobDamaged`], or what
    /// the storage says.
    pub fn read(&self, name: &BlobName, bytes_max: u64) -> Result<Vec<u8>> {
        let (file, end) = self.open_file(name)?;
        if end - SALT_BYTES as u64 > bytes_max {
            return Err(Error::BlobLong { bytes_max });
        }
        let path = name.path();
        let mut bytes = vec![0; usize::try_from(end).unwrap_or(usize::MAX)];
        let read = read_full(&file, &mut bytes, 0).map_err(Error::io("read", &path))?;
        let mut naming = Naming::new();
        naming.update(&bytes);
        if read < bytes.len() || naming.finish() != *name {
            return Err(Error::BlobDamaged { name: *name });
        }
        bytes.drain(..SALT_BYTES);
        Ok(bytes)
    }

    /// Holds a blob against its name; the bytes of its content.
    ///
    /// # Errors
    /// [`Error::BlobMissing`], [`Error::BlobDamaged`], or what the storage says.
    pub fn check(&self, name: &BlobName) -> Result<u64> {
        let (file, end) = self.open_file(name)?;
        check(&file, end, name)?;
        Ok(end - SALT_BYTES as u64)
    }

    /// Whether a blob's content is `bytes`.
    ///
    /// # Errors
    /// [`Error::BlobMissing`], [`Error::BlobDamaged`], or what the storage says.
    pub fn holds(&self, name: &BlobName, bytes: &[u8]) -> Result<bool> {
        let (file, _) = self.open_file(name)?;
        let mut salt = [0; SALT_BYTES];
        let path = name.path();
        read_full(&file, &mut salt, 0).map_err(Error::io("read", &path))?;
        if BlobName::of(&salt, bytes) == *name {
            return Ok(true);
        }
        // Who is told that something else is there has to be told the truth.
        self.check(name).map(|_| false)
    }

    /// Whether there is anything of a blob: under its name, or under the one it has while it is being
    /// erased.
    ///
    /// # Errors
    /// What the storage says.
    pub fn is_present(&self, name: &BlobName) -> Result<bool> {
        for path in [name.path(), name.erasing_path()] {
            match self.storage.open(&path, Access::Read) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                opened => return opened.map_err(Error::io("open", &path)).map(|_| true),
            }
        }
        Ok(false)
    }

    /// The file and its length, which is one that a blob can have.
    pub(super) fn open_file(&self, name: &BlobName) -> Result<(S::File, u64)> {
        let path = name.path();
        let file = match self.storage.open(&path, Access::Read) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(Error::BlobMissing { name: *name });
            }
            opened => opened.map_err(Error::io("open", &path))?,
        };
        let len = file.len().map_err(Error::io("measure", &path))?;
        let possible = (SALT_BYTES as u64..=SALT_BYTES as u64 + BLOB_BYTES_MAX).contains(&len);
        if possible { Ok((file, len)) } else { Err(Error::BlobDamaged { name: *name }) }
    }
}

fn check<F: File>(file: &F, end: u64, name: &BlobName) -> Result<()> {
    let path = name.path();
    let mut naming = Naming::new();
    let mut buffer = vec![0; PIECE_BYTES];
    let mut at = 0;
    while at < end {
        let read = read_full(file, &mut buffer, at).map_err(Error::io("read", &path))?;
        naming.update(buffer.get(..read).unwrap_or_default());
        at += read as u64;
        if read < buffer.len() {
            break;
        }
    }
    let holds = at == end && naming.finish() == *name;
    if holds { Ok(()) } else { Err(Error::BlobDamaged { name: *name }) }
}

impl<S: Storage> Blob<S> {
    /// Bytes of the content.
    #[must_use]
    pub fn content_bytes(&self) -> u64 {
        self.end - SALT_BYTES as u64
    }
}

impl<S: Storage> Blob<S> {
    /// The salt that went into its name.
    pub(crate) fn salt(&self) -> &[u8; SALT_BYTES] {
        &self.salt
    }
}

impl<S: Storage> io::Read for Blob<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end - self.at).unwrap_or(usize::MAX);
        let want = buffer.len().min(left);
        let Some(part) = buffer.get_mut(..want) else { return Ok(0) };
        let read = self.file.read_at(part, self.at)?;
        if let Some(naming) = &mut self.naming {
            naming.update(part.get(..read).unwrap_or_default());
        }
        self.at += read as u64;
        let at_end = self.at == self.end || read == 0 && want > 0;
        if at_end && let Some(naming) = self.naming.take() {
            let same = self.at == self.end && naming.finish() == self.name;
            if !same {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "the blob has changed"));
            }
        }
        Ok(read)
    }
}

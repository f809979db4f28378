//! Which blobs there are, and removing those that nothing names.

use std::io;

use crate::blob::name::{BLOBS_DIR, Named, classify, dir, is_temporary};
use crate::blob::{BlobName, Blobs};
use crate::error::{Error, Result};
use crate::storage::{Access, File as _, Storage};

/// Whether what is found is removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    /// It is only counted.
    DryRun,
    /// It is removed.
    Remove,
}

/// What was removed, or would be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Collected {
    /// Blobs that nothing names.
    pub blobs: u64,
    /// Blobs whose storing or erasing was cut short.
    pub unfinished: u64,
    /// Bytes of all their files.
    pub bytes: u64,
}

impl<S: Storage> Blobs<S> {
    /// The names of all blobs, in order. Their bytes are not looked at.
    ///
    /// # Errors
    /// [`Error::UnknownFile`] for a file that is no blob, or what the storage says.
    pub fn names(&self) -> impl Iterator<Item = Result<BlobName>> + '_ {
        (0..=u8::MAX).flat_map(|first| {
            let (named, error) = match self.files(first) {
                Ok(named) => (named, None),
                Err(error) => (Vec::new(), Some(Err(error))),
            };
            let blobs = named.into_iter().filter_map(|named| match named {
                Named::Blob(name) => Some(Ok(name)),
                Named::Erasing(_) | Named::Unknown => None,
            });
            blobs.chain(error)
        })
    }

    /// Removes, or only counts, every blob that `is_referenced` denies, and whatever storing or
    /// erasing left when it was cut short. Nothing may be storing a blob meanwhile.
    ///
    /// # Errors
    /// [`Error::UnknownFile`] for a file that is no blob, or what the storage says; what was removed
    /// before stays removed.
    pub fn remove_unreferenced(
        &self,
        is_referenced: &dyn Fn(&BlobName) -> bool,
        removal: Removal,
    ) -> Result<Collected> {
        let mut collected = Collected::default();
        for first in 0..=u8::MAX {
            let before = collected;
            for named in self.files(first)? {
                match named {
                    Named::Blob(name) if !is_referenced(&name) => {
                        collected.blobs += 1;
                        collected.bytes += self.take_away(&name.path(), removal)?;
                    }
                    Named::Erasing(name) => {
                        collected.unfinished += 1;
                        collected.bytes += self.measure(&name.erasing_path())?;
                        if removal == Removal::Remove {
                            self.finish_erasing(&name)?;
                        }
                    }
                    Named::Blob(_) | Named::Unknown => {}
                }
            }
            if removal == Removal::Remove && collected != before {
                self.sync_dir(&dir(first))?;
            }
        }
        self.remove_temporaries(removal, &mut collected)?;
        Ok(collected)
    }

    fn remove_temporaries(&self, removal: Removal, collected: &mut Collected) -> Result<()> {
        let names = self.list(BLOBS_DIR)?;
        for name in names.iter().filter(|name| is_temporary(name)) {
            collected.unfinished += 1;
            collected.bytes += self.take_away(&format!("{BLOBS_DIR}/{name}"), removal)?;
        }
        if removal == Removal::Remove && !names.is_empty() {
            self.sync_dir(BLOBS_DIR)?;
        }
        Ok(())
    }

    /// Removes a file, or does not; its bytes.
    fn take_away(&self, path: &str, removal: Removal) -> Result<u64> {
        let bytes = self.measure(path)?;
        if removal == Removal::Remove {
            self.storage.remove(path).map_err(Error::io("remove", path))?;
        }
        Ok(bytes)
    }

    fn measure(&self, path: &str) -> Result<u64> {
        let file = self.storage.open(path, Access::Read).map_err(Error::io("open", path))?;
        file.len().map_err(Error::io("measure", path))
    }

    /// The files of all names that begin with a byte.
    fn files(&self, first: u8) -> Result<Vec<Named>> {
        let dir = dir(first);
        let names = self.list(&dir)?;
        let named = names.iter().map(|file| match classify(first, file) {
            Named::Unknown => Err(Error::UnknownFile { file: format!("{dir}/{file}") }),
            known @ (Named::Blob(_) | Named::Erasing(_)) => Ok(known),
        });
        named.collect()
    }

    /// The names in a directory; none if there is no such directory.
    fn list(&self, dir: &str) -> Result<Vec<String>> {
        match self.storage.list(dir) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            listed => listed.map_err(Error::io("list", dir)),
        }
    }
}

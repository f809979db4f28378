//! The folder that a log is moved into: an import's, a restore's, a backup's.

use super::folders::{folder_above, refuse_others, sync_folder};
use crate::Error;
use std::fs::{self, DirBuilder};
use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// What a transfer that was cut short leaves; whether there is a log among it, the ledger says.
const OF_TRANSFERS: [&str; 5] = ["lock", "log", "blobs", "checkpoints", "cosigned"];

/// A folder that gets a log. Until that is there, it is left as it was found, as far as it can be.
pub(super) struct Place {
    folder: PathBuf,
    /// The folders that were made, the deepest first.
    made: Vec<PathBuf>,
}

impl Place {
    /// Takes a folder that is not there, or that holds nothing but what a transfer that was cut short has
    /// left and `beside`; makes it, and the folders above it, for nobody else to read.
    ///
    /// # Errors
    /// [`Error::NotEmpty`], and [`Error::Files`] when the disk fails.
    pub(super) fn take(folder: &Path, beside: &[&str]) -> Result<Place, Error> {
        refuse_others(folder, &[&OF_TRANSFERS, beside].concat())?;
        let missing = folder
            .ancestors()
            .take_while(|above| !above.as_os_str().is_empty() && above.symlink_metadata().is_err());
        let mut place = Place { folder: folder.to_owned(), made: Vec::new() };
        let missing: Vec<&Path> = missing.collect();
        for above in missing.into_iter().rev() {
            match DirBuilder::new().mode(0o700).create(above) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists && above.is_dir() => {}
                made => {
                    made.map_err(|source| Error::files(above, source))?;
                    place.made.insert(0, above.to_owned());
                }
            }
            sync_folder(folder_above(above))?;
        }
        Ok(place)
    }

    /// The log is there: the folder stays.
    pub(super) fn keep(mut self) -> Result<(), Error> {
        self.made.clear();
        sync_folder(&std::mem::take(&mut self.folder))
    }
}

impl Drop for Place {
    /// Takes empty folders away again, and the lock's file, which says nothing once nobody holds it.
    fn drop(&mut self) {
        if self.folder.as_os_str().is_empty() {
            return;
        }
        let is_gone = fs::remove_dir(self.folder.join("log")).is_ok();
        if is_gone {
            // What cannot be removed is in nobody's way: the next transfer takes it.
            let _ = fs::remove_file(self.folder.join("lock"));
        }
        for folder in &self.made {
            let _ = fs::remove_dir(folder);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_that_gets_no_log_is_as_it_was() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("a/b/node");
        let place = Place::take(&folder, &[]).unwrap();
        fs::create_dir(folder.join("log")).unwrap();
        fs::write(folder.join("lock"), "7").unwrap();
        drop(place);
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 0);
        let place = Place::take(&folder, &[]).unwrap();
        fs::create_dir(folder.join("log")).unwrap();
        fs::write(folder.join("log/00000000000000000000.seg.tmp"), "half").unwrap();
        drop(place);
        assert!(folder.join("log/00000000000000000000.seg.tmp").exists(), "evidence stays");
        Place::take(&folder, &[]).unwrap().keep().unwrap();
        assert!(folder.join("log").exists());
    }

    #[test]
    fn what_others_have_put_there_is_in_the_way() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("keys")).unwrap();
        assert!(matches!(Place::take(root.path(), &[]), Err(Error::NotEmpty(_))));
        Place::take(root.path(), &["keys"]).unwrap().keep().unwrap();
        fs::write(root.path().join("letter"), "dear").unwrap();
        assert!(matches!(Place::take(root.path(), &["keys"]), Err(Error::NotEmpty(_))));
    }
}

//! The folder that a node is made in before it gets its place.

use super::folders::{folder_above, make_folders, sync_folder};
use crate::Error;
use crate::platform::{Native, Platform};
use std::fs::{self, DirBuilder, File};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// Held locked by whoever makes a node in the folder.
const MARKER: &str = "making";

/// A folder beside a node's place; what is still there when it is dropped is removed.
pub(super) struct Cradle {
    path: PathBuf,
    _marker: File,
}

impl Cradle {
    /// A folder beside the target, whose name no other birth has: a process id may come again, in a container
    /// always, and a birth that was killed leaves its cradle behind, to be removed here. Folders above the
    /// target are made.
    pub(super) fn new(target: &Path, word: &str) -> Result<Cradle, Error> {
        let parent = folder_above(target);
        for folder in make_folders(parent)? {
            sync_folder(&folder)?;
        }
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        let prefix = format!(".{name}.{word}-");
        for left in stale(parent, &prefix) {
            clear(&left, word);
        }
        let mut suffix = [0; 8];
        Native::new(target).fill_entropy(&mut suffix)?;
        let path = parent.join(format!("{prefix}{:016x}", u64::from_be_bytes(suffix)));
        let failed = |source| Error::files(&path, source);
        DirBuilder::new().mode(0o700).create(&path).map_err(failed)?;
        let marker = File::create_new(path.join(MARKER)).map_err(failed)?;
        // Where files cannot be locked, what a killed birth leaves is left to people.
        drop(marker.try_lock());
        Ok(Cradle { path, _marker: marker })
    }

    /// The folder.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Makes the folder the target, which is not there or is empty, at once and durably.
    pub(super) fn become_node(self, target: &Path) -> Result<(), Error> {
        let marker = self.path.join(MARKER);
        fs::remove_file(&marker).map_err(|source| Error::files(&marker, source))?;
        sync_folder(&self.path)?;
        fs::rename(&self.path, target).map_err(|source| Error::files(target, source))?;
        sync_folder(folder_above(target))
    }
}

/// Cradles of other births; none when the folder cannot be listed, which does not keep a node from being made.
fn stale(parent: &Path, prefix: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    let named = |entry: &fs::DirEntry| entry.file_name().to_string_lossy().starts_with(prefix);
    entries.filter(named).map(|entry| entry.path()).collect()
}

/// Removes a cradle whose maker is gone; its keys have signed nothing that anybody has seen.
fn clear(cradle: &Path, word: &str) {
    let folder = cradle.display();
    let marker = File::open(cradle.join(MARKER));
    let is_abandoned = marker.as_ref().is_ok_and(|marker| marker.try_lock().is_ok());
    if is_abandoned && fs::remove_dir_all(cradle).is_ok() {
        tracing::warn!(%folder, "a {word} was killed here: what it left is removed");
    } else {
        tracing::warn!(%folder, "another {word} is at work here, or was killed and left secret keys: remove it");
    }
}

impl Drop for Cradle {
    fn drop(&mut self) {
        // After the rename there is nothing to remove, which is not an error worth reporting.
        let _ = fs::remove_dir_all(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_birth_works_in_is_left_alone_and_what_a_killed_one_left_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("node");
        let at_work = Cradle::new(&target, "init").unwrap();
        let killed = Cradle::new(&target, "init").unwrap();
        fs::write(killed.path().join("log.key"), "secret").unwrap();
        let left = killed.path().to_owned();
        // As if its process had ended: the lock goes, the folder stays.
        killed._marker.unlock().unwrap();
        std::mem::forget(killed);
        let strange = folder.path().join(format!(".node.init-{}", std::process::id()));
        fs::create_dir(&strange).unwrap();
        assert_eq!(stale(folder.path(), ".node.init-").len(), 3);
        Cradle::new(&target, "init").unwrap().become_node(&target).unwrap();
        assert!(!left.exists() && at_work.path().exists() && strange.exists());
        assert_eq!(fs::read_dir(&target).unwrap().count(), 0, "the marker stays behind");
    }

    #[test]
    fn a_cradle_that_becomes_nothing_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let cradle = Cradle::new(&folder.path().join("a/node"), "fork").unwrap();
        fs::write(cradle.path().join("keys"), "secret").unwrap();
        drop(cradle);
        assert_eq!(fs::read_dir(folder.path().join("a")).unwrap().count(), 0);
    }
}

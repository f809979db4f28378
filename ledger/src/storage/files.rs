//! The operating system's files.

use std::fs::{self, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::storage::lock::{self, FilesLock};
use crate::storage::{Access, File, LOCK_FILE, LockError, Reserved, Storage};

/// A data directory on the operating system's files.
#[derive(Clone, Debug)]
pub struct Files {
    root: Arc<Path>,
}

impl Files {
    /// The data directory at `root`. Nothing is touched before the first use.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Files {
        Files { root: root.into().into() }
    }

    /// The data directory.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    fn at(&self, path: &str) -> PathBuf {
        if path.is_empty() { self.root.to_path_buf() } else { self.root.join(path) }
    }
}

impl Storage for Files {
    type File = fs::File;
    type Lock = FilesLock;

    fn list(&self, dir: &str) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(self.at(dir))? {
            names.push(entry?.file_name().to_string_lossy().into_owned());
        }
        names.sort_unstable();
        Ok(names)
    }

    fn make_dir(&self, dir: &str) -> io::Result<()> {
        match fs::create_dir(self.at(dir)) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            made => made,
        }
    }

    fn create_new(&self, path: &str) -> io::Result<fs::File> {
        OpenOptions::new().read(true).write(true).create_new(true).open(self.at(path))
    }

    fn open(&self, path: &str, access: Access) -> io::Result<fs::File> {
        let write = access == Access::Write;
        OpenOptions::new().read(true).write(write).open(self.at(path))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        rename(&self.at(from), &self.at(to))
    }

    fn replace(&self, from: &str, to: &str) -> io::Result<()> {
        fs::rename(self.at(from), self.at(to))
    }

    fn remove(&self, path: &str) -> io::Result<()> {
        fs::remove_file(self.at(path))
    }

    fn sync_dir(&self, dir: &str) -> io::Result<()> {
        fs::File::open(self.at(dir))?.sync_all()
    }

    fn lock(&self, dir: &str) -> Result<FilesLock, LockError> {
        let folder = self.at(dir);
        if dir.is_empty() {
            lock::take_with_holder(&folder, &self.at(LOCK_FILE))
        } else {
            lock::take_folder(&folder)
        }
    }

    fn is_locked(&self, dir: &str) -> io::Result<bool> {
        let holder = dir.is_empty().then(|| self.at(LOCK_FILE));
        lock::is_taken(&self.at(dir), holder.as_deref())
    }
}

impl File for fs::File {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        std::os::unix::fs::FileExt::read_at(self, buffer, offset)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.write_all_at(bytes, offset)
    }

    fn len(&self) -> io::Result<u64> {
        self.metadata().map(|metadata| metadata.len())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        fs::File::set_len(self, len)
    }

    fn sync_data(&self) -> io::Result<()> {
        fs::File::sync_data(self)
    }

    fn sync_all(&self) -> io::Result<()> {
        fs::File::sync_all(self)
    }

    fn reserve(&self, len: u64) -> io::Result<Reserved> {
        allocate(self, len)
    }
}

/// Elsewhere there is no call that both allocates and extends.
#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "freebsd")))]
fn allocate(_file: &fs::File, _len: u64) -> io::Result<Reserved> {
    Ok(Reserved::Unsupported)
}

#[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
fn allocate(file: &fs::File, len: u64) -> io::Result<Reserved> {
    use rustix::fs::{FallocateFlags, fallocate};
    use rustix::io::Errno;

    loop {
        match fallocate(file, FallocateFlags::empty(), 0, len) {
            Ok(()) => return Ok(Reserved::Yes),
            Err(Errno::INTR) => {}
            Err(Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL) => {
                return Ok(Reserved::Unsupported);
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// Elsewhere, and where the file system cannot refuse, absence is checked first: the directory is
/// locked, so only a stranger could make a file in between.
fn rename_if_absent(from: &Path, to: &Path) -> io::Result<()> {
    match fs::symlink_metadata(to) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => fs::rename(from, to),
        Err(error) => Err(error),
        Ok(_) => Err(io::ErrorKind::AlreadyExists.into()),
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn rename(from: &Path, to: &Path) -> io::Result<()> {
    rename_if_absent(from, to)
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn rename(from: &Path, to: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;

    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        Ok(()) => Ok(()),
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => rename_if_absent(from, to),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rename_replaces_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name| folder.path().join(name);
        for rename in [rename, rename_if_absent] {
            for name in ["from", "to"] {
                fs::write(at(name), name).unwrap();
            }
            let error = rename(&at("from"), &at("to")).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
            assert_eq!(fs::read_to_string(at("to")).unwrap(), "to");
            fs::remove_file(at("to")).unwrap();
            rename(&at("from"), &at("to")).unwrap();
            assert_eq!(fs::read_to_string(at("to")).unwrap(), "from");
            assert!(!at("from").exists());
        }
    }
}

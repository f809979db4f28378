//! Who may write: locks on the operating system's directories (`flock`).
//!
//! A lock belongs to an inode, so what is locked is what must have one writer: the data directory,
//! and the directory of segments, which two data directories may share by a symbolic link or a
//! mount. The file `lock` names the holder; it may be deleted, and losing it changes nothing.

use std::fs::{self, OpenOptions, TryLockError};
use std::io::{self, Read as _};
use std::os::unix::fs::{FileExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::thread;

use rustix::fs::OFlags;

use crate::storage::LockError;

/// How often a writer tries again while only readers' probes are in its way.
const PROBES_MAX: u32 = 100_000;

/// Bytes of the file `lock` that are looked at for the holder's process id.
const HOLDER_BYTES_MAX: u64 = 32;

/// Holds a directory until it is dropped.
#[derive(Debug)]
pub struct FilesLock {
    _folder: fs::File,
    _holder: Option<fs::File>,
}

/// Takes a directory that has no file naming the holder.
pub(super) fn take_folder(folder: &Path) -> Result<FilesLock, LockError> {
    let folder = fs::File::open(folder)?;
    match take(&folder)? {
        Taken::Yes | Taken::Unsupported => Ok(FilesLock { _folder: folder, _holder: None }),
        Taken::No => Err(LockError::Held { holder: None }),
    }
}

/// Takes a directory and writes this process's id into the file at `path` in it. The file stays
/// when the lock goes.
pub(super) fn take_with_holder(folder: &Path, path: &Path) -> Result<FilesLock, LockError> {
    let folder = fs::File::open(folder)?;
    let held = || LockError::Held { holder: holder(path) };
    let taken = take(&folder)?;
    if taken == Taken::No {
        return Err(held());
    }
    let file = match open_holder(path) {
        // A full disk has no room for the file's name, but the directory itself is held.
        Err(error) if taken == Taken::Yes && is_full(&error) => None,
        opened => Some(opened?),
    };
    if let Some(file) = &file {
        match take(file)? {
            Taken::No => return Err(held()),
            Taken::Unsupported if taken == Taken::Unsupported => {
                return Err(LockError::Io(io::ErrorKind::Unsupported.into()));
            }
            Taken::Yes | Taken::Unsupported => write_holder(file)?,
        }
    }
    Ok(FilesLock { _folder: folder, _holder: file })
}

/// Whether a writer holds a directory, or the file at `holder` in it. The probe holds a shared lock
/// for a moment.
pub(super) fn is_taken(folder: &Path, holder: Option<&Path>) -> io::Result<bool> {
    let probed = match fs::File::open(folder) {
        // Whoever may pass through a directory may not always read it.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => false,
        opened => is_held(&opened?)?,
    };
    if probed {
        return Ok(true);
    }
    // Without a file that can be opened only the directory can be asked.
    let file = holder.and_then(|path| read_only().open(path).ok());
    file.map_or(Ok(false), |file| is_held(&file))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Taken {
    Yes,
    No,
    /// This file system cannot lock a file that is not open for writing (NFS), or none at all.
    Unsupported,
}

fn take(file: &fs::File) -> io::Result<Taken> {
    for _ in 0..PROBES_MAX {
        match file.try_lock() {
            Ok(()) => return Ok(Taken::Yes),
            Err(TryLockError::WouldBlock) if is_held(file)? => return Ok(Taken::No),
            // A reader was probing; it lets go at once.
            Err(TryLockError::WouldBlock) => thread::yield_now(),
            Err(TryLockError::Error(error)) if is_unsupported(&error) => {
                return Ok(Taken::Unsupported);
            }
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
    Ok(Taken::No)
}

fn is_held(file: &fs::File) -> io::Result<bool> {
    match file.try_lock_shared() {
        Ok(()) => file.unlock().map(|()| false),
        Err(TryLockError::WouldBlock) => Ok(true),
        Err(TryLockError::Error(error)) if is_unsupported(&error) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

fn is_unsupported(error: &io::Error) -> bool {
    use rustix::io::Errno;
    let unsupported = [Errno::BADF, Errno::INVAL, Errno::NOSYS, Errno::OPNOTSUPP];
    Errno::from_io_error(error).is_some_and(|errno| unsupported.contains(&errno))
}

fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

/// Never through a symbolic link: what it points to is not ours to lock or to write.
fn read_only() -> OpenOptions {
    let mut options = OpenOptions::new();
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    options.read(true).custom_flags(flags.bits().cast_signed());
    options
}

fn open_holder(path: &Path) -> io::Result<fs::File> {
    let file = read_only().write(true).create(true).truncate(false).open(path)?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"))
    }
}

fn holder(path: &Path) -> Option<u32> {
    let mut text = String::new();
    read_only().open(path).ok()?.take(HOLDER_BYTES_MAX).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

/// Notes this process's id, unless the file has another name somewhere else, where its bytes are
/// not ours.
fn write_holder(file: &fs::File) -> io::Result<()> {
    if file.metadata()?.nlink() > 1 {
        return Ok(());
    }
    file.set_len(0)?;
    write_id(file)
}

/// An empty file is legal: a full disk must not keep a node from opening.
fn write_id(file: &fs::File) -> io::Result<()> {
    match file.write_all_at(format!("{}\n", std::process::id()).as_bytes(), 0) {
        Err(error) if is_full(&error) => Ok(()),
        written => written,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_finds_no_room_is_not_written() {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        assert!(write_id(&full).is_ok());
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let closed = fs::File::create(&path).and_then(|_| fs::File::open(&path)).unwrap();
        assert!(write_id(&closed).is_err(), "only a full disk is passed over");
    }

    #[test]
    fn an_empty_file_names_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        fs::write(&path, "").unwrap();
        let lock = take_folder(folder.path()).unwrap();
        let second = take_with_holder(folder.path(), &path).err();
        assert!(matches!(second, Some(LockError::Held { holder: None })), "{second:?}");
        drop(lock);
        take_with_holder(folder.path(), &path).unwrap();
        assert_eq!(holder(&path), Some(std::process::id()));
    }
}

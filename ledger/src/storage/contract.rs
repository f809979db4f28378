//! What a place for files has to do.

use std::io;

/// The file that names the writer's process, in the data directory itself.
pub const LOCK_FILE: &str = "lock";

/// A place for files.
///
/// Nothing is durable before the matching sync returned: the bytes of a file before
/// [`File::sync_data`] or [`File::sync_all`], a file's name before [`Storage::sync_dir`].
pub trait Storage: Clone + Send + Sync + 'static {
    /// An open file.
    type File: File;
    /// Holds a directory until it is dropped.
    type Lock: Send + 'static;

    /// The names in a directory, those of directories too, sorted.
    ///
    /// # Errors
    /// `NotFound` if there is no such directory, or what the operating system says.
    fn list(&self, dir: &str) -> io::Result<Vec<String>>;

    /// Makes a directory unless there is one, in a directory that exists. Its name is durable after
    /// [`Storage::sync_dir`] of the directory it was made in.
    ///
    /// # Errors
    /// `NotFound` if there is no directory to make it in, or what the operating system says.
    fn make_dir(&self, dir: &str) -> io::Result<()>;

    /// Makes a file that must not exist yet, for reading and writing.
    ///
    /// # Errors
    /// `AlreadyExists`, or what the operating system says.
    fn create_new(&self, path: &str) -> io::Result<Self::File>;

    /// Opens a file that exists.
    ///
    /// # Errors
    /// `NotFound`, or what the operating system says.
    fn open(&self, path: &str, access: Access) -> io::Result<Self::File>;

    /// Gives a file another name, which no file may have yet, in the same directory or another. The
    /// change is durable after [`Storage::sync_dir`] of both directories.
    ///
    /// # Errors
    /// `AlreadyExists`, or what the operating system says.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;

    /// Gives a file another name, which another file may have: there is always the one or the other
    /// of that name. Only for what is replaced as a whole and can be lost.
    ///
    /// # Errors
    /// What the operating system says.
    fn replace(&self, from: &str, to: &str) -> io::Result<()>;

    /// Removes a file.
    ///
    /// # Errors
    /// What the operating system says.
    fn remove(&self, path: &str) -> io::Result<()>;

    /// Makes the names in a directory durable; the data directory itself is `""`.
    ///
    /// # Errors
    /// What the operating system says.
    fn sync_dir(&self, dir: &str) -> io::Result<()>;

    /// Takes a directory, or a file, for one writer; the data directory itself is `""`. Whatever name
    /// leads to it, it is held by one at a time.
    ///
    /// # Errors
    /// [`LockError::Held`] if another holds it, otherwise what the operating system says.
    fn lock(&self, dir: &str) -> Result<Self::Lock, LockError>;

    /// Whether a writer holds a directory.
    ///
    /// # Errors
    /// What the operating system says.
    fn is_locked(&self, dir: &str) -> io::Result<bool>;
}

/// An open file. Positions and lengths are in bytes.
pub trait File: Send + Sync + 'static {
    /// Reads into `buffer` from `offset` on; how many bytes, 0 at the end of the file.
    ///
    /// # Errors
    /// What the operating system says.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;

    /// Writes all of `bytes` at `offset`.
    ///
    /// # Errors
    /// What the operating system says; then any part of the bytes may have been written.
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()>;

    /// The file's length.
    ///
    /// # Errors
    /// What the operating system says.
    fn len(&self) -> io::Result<u64>;

    /// Whether the file is empty.
    ///
    /// # Errors
    /// What the operating system says.
    fn is_empty(&self) -> io::Result<bool> {
        self.len().map(|len| len == 0)
    }

    /// Cuts the file, or extends it with zeros.
    ///
    /// # Errors
    /// What the operating system says.
    fn set_len(&self, len: u64) -> io::Result<()>;

    /// Makes the bytes durable, and the length they need (`fdatasync`).
    ///
    /// # Errors
    /// What the operating system says; then nothing is known about any byte since the last sync.
    fn sync_data(&self) -> io::Result<()>;

    /// Makes the bytes and everything about the file durable (`fsync`).
    ///
    /// # Errors
    /// What the operating system says; then nothing is known about any byte since the last sync.
    fn sync_all(&self) -> io::Result<()>;

    /// Extends the file with zeros to `len`, with room on the disk for every byte up to there.
    ///
    /// # Errors
    /// `StorageFull`, or what the operating system says. The length may have grown all the same.
    fn reserve(&self, len: u64) -> io::Result<Reserved>;
}

/// What a file is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Only reading.
    Read,
    /// Reading and writing.
    Write,
}

/// What came of a wish for room on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reserved {
    /// The room is there: writing within it cannot fail for lack of space.
    Yes,
    /// This file system cannot reserve; writing is allowed but may fail.
    Unsupported,
}

/// Why a lock was not to be had.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another writer holds it.
    #[error("held by process {holder:?}")]
    Held {
        /// The process that says it holds the lock.
        holder: Option<u32>,
    },
    /// The operating system refused.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Reads until `buffer` is full or the file ends; how many bytes.
pub(crate) fn read_full(file: &impl File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    let mut done = 0;
    while let Some(rest) = buffer.get_mut(done..).filter(|rest| !rest.is_empty()) {
        match file.read_at(rest, offset + done as u64) {
            Ok(0) => break,
            Ok(read) => done += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(done)
}

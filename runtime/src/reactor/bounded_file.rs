//! A file that forgets: at most two files of one mebibyte, the older one named `.1`.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Most bytes of each of the two files.
pub const FILE_BYTES_MAX: u64 = CHUNK_BYTES_MAX as u64;

/// Most bytes that are kept of what is appended at once.
const CHUNK_BYTES_MAX: usize = 1 << 20;

/// Appends to the newer file, and makes it the older one when it is full.
#[derive(Debug)]
pub struct BoundedFile {
    path: PathBuf,
    file: File,
    len: u64,
}

impl BoundedFile {
    /// Goes on at the end of `path`, or makes it, mode 0600.
    ///
    /// # Errors
    /// What the operating system says.
    pub fn open(path: impl Into<PathBuf>) -> io::Result<BoundedFile> {
        let path = path.into();
        let file = open(&path)?;
        let len = file.metadata()?.len();
        Ok(BoundedFile { path, file, len })
    }

    /// Appends `bytes`; of more than [`FILE_BYTES_MAX`] only the end is kept.
    ///
    /// # Errors
    /// What the operating system says, a full disk for one.
    pub fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let bytes = bytes.rchunks(CHUNK_BYTES_MAX).next().unwrap_or_default();
        if self.len + bytes.len() as u64 > FILE_BYTES_MAX {
            fs::rename(&self.path, older(&self.path))?;
            self.file = open(&self.path)?;
            self.len = 0;
        }
        self.file.write_all(bytes)?;
        self.len += bytes.len() as u64;
        Ok(())
    }
}

/// The last bytes of what was appended to `path`, at most `bytes_max`; nothing where there is no file.
///
/// # Errors
/// What the operating system says.
pub fn tail(path: &Path, bytes_max: u64) -> io::Result<Vec<u8>> {
    let newer = end_of(path, bytes_max)?;
    let mut found = end_of(&older(path), bytes_max.saturating_sub(newer.len() as u64))?;
    found.extend(newer);
    Ok(found)
}

/// Removes both files; nothing happens where there are none.
///
/// # Errors
/// What the operating system says.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    for path in [path, &older(path)] {
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

fn end_of(path: &Path, bytes_max: u64) -> io::Result<Vec<u8>> {
    let mut found = Vec::new();
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(found),
        Err(error) => return Err(error),
    };
    let len = file.metadata()?.len();
    file.seek(SeekFrom::Start(len.saturating_sub(bytes_max)))?;
    file.take(bytes_max).read_to_end(&mut found)?;
    Ok(found)
}

fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).append(true).mode(0o600).open(path)
}

fn older(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".1");
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_appended_is_kept_up_to_two_files() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out");
        let mut file = BoundedFile::open(&path).unwrap();
        let line = |number: u32| format!("{number:015}\n").into_bytes();
        let lines = 3 * u32::try_from(CHUNK_BYTES_MAX).unwrap() / 16;
        for number in 0..lines {
            file.append(&line(number)).unwrap();
        }
        let kept: u64 = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().metadata().unwrap().len())
            .sum();
        assert_eq!(kept, 2 * FILE_BYTES_MAX);
        assert_eq!(tail(&path, 32).unwrap(), [line(lines - 2), line(lines - 1)].concat());
        assert_eq!(tail(&path, u64::MAX).unwrap().len() as u64, kept);
    }

    #[test]
    fn a_file_is_gone_on_with_and_a_flood_leaves_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out");
        BoundedFile::open(&path).unwrap().append(b"one ").unwrap();
        BoundedFile::open(&path).unwrap().append(b"two").unwrap();
        assert_eq!(tail(&path, 100).unwrap(), b"one two");
        let mut flood = vec![b'x'; 2 * CHUNK_BYTES_MAX];
        flood.extend(b"end");
        BoundedFile::open(&path).unwrap().append(&flood).unwrap();
        assert_eq!(tail(&path, 5).unwrap(), b"xxend");
        remove(&path).unwrap();
        remove(&path).unwrap();
        assert_eq!(tail(&path, 5).unwrap(), b"");
    }
}

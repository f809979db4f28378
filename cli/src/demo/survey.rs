//! The files of the folder that the demo reads.

use super::{Error, limits, names};
use serde::Serialize;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use weft_projections::Digest;

/// A folder and the files in it, in the order of their paths.
#[derive(Debug)]
pub(crate) struct Survey {
    pub(crate) folder: PathBuf,
    pub(crate) files: Vec<Found>,
    pub(crate) skipped: Vec<Skipped>,
}

/// A file that takes part.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// Its path below the folder, with `/` between segments.
    pub(crate) path: String,
    pub(crate) bytes: u64,
    /// SHAKE-256 of its content, 32 bytes out.
    pub(crate) digest: Digest,
}

/// A file or folder that does not take part, and why.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Skipped {
    pub(crate) path: String,
    pub(crate) reason: String,
}

impl Survey {
    /// Walks `folder` and reads every regular file below it; symbolic links are never followed.
    ///
    /// # Errors
    /// [`Error::NoFolder`] and [`Error::NotAFolder`] for another path, [`Error::NoFiles`] when nothing is left,
    /// [`Error::TooManyFiles`] and [`Error::TooManyBytes`] over the limits.
    pub(crate) fn of(folder: &Path) -> Result<Survey, Error> {
        match fs::metadata(folder) {
            Ok(metadata) if metadata.is_dir() => {}
            Ok(_) => return Err(Error::NotAFolder(folder.to_owned())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(Error::NoFolder(folder.to_owned()));
            }
            Err(source) => return Err(Error::files(folder, source)),
        }
        let folder = fs::canonicalize(folder).map_err(|source| Error::files(folder, source))?;
        let mut survey = Survey { folder, files: Vec::new(), skipped: Vec::new() };
        survey.walk()?;
        if survey.files.is_empty() {
            return Err(Error::NoFiles(survey.folder));
        }
        survey.files.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(survey)
    }

    /// The bytes of all files together.
    pub(crate) fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }

    fn walk(&mut self) -> Result<(), Error> {
        let mut folders = vec![PathBuf::new()];
        while let Some(below) = folders.pop() {
            let entries = match fs::read_dir(self.folder.join(&below)) {
                Ok(entries) => entries,
                Err(error) => {
                    self.skip(&below, error.to_string());
                    continue;
                }
            };
            for entry in entries {
                let entry =
                    entry.map_err(|source| Error::files(&self.folder.join(&below), source))?;
                let path = below.join(entry.file_name());
                match entry.file_type() {
                    Ok(kind) if kind.is_dir() => folders.push(path),
                    Ok(kind) if kind.is_file() => self.add(&path)?,
                    Ok(kind) if kind.is_symlink() => {
                        self.skip(&path, "symbolic links are not followed");
                    }
                    Ok(_) => self.skip(&path, "not a regular file"),
                    Err(error) => self.skip(&path, error.to_string()),
                }
            }
        }
        Ok(())
    }

    fn add(&mut self, path: &Path) -> Result<(), Error> {
        match examine(&self.folder, path) {
            Ok(found) => self.files.push(found),
            Err(reason) => self.skip(path, reason),
        }
        if self.files.len() > limits::FILES_MAX {
            return Err(Error::TooManyFiles {
                folder: self.folder.clone(),
                max: limits::FILES_MAX,
            });
        }
        if self.bytes() > limits::TOTAL_BYTES_MAX {
            return Err(Error::TooManyBytes {
                folder: self.folder.clone(),
                max: limits::TOTAL_BYTES_MAX,
            });
        }
        Ok(())
    }

    fn skip(&mut self, path: &Path, reason: impl Into<String>) {
        let path = path.to_string_lossy().escape_debug().to_string();
        self.skipped.push(Skipped { path, reason: reason.into() });
    }
}

/// The content of the file at `path` below `folder`, or why it takes no part.
pub(crate) fn content(folder: &Path, path: &Path) -> Result<Vec<u8>, String> {
    let place = folder.join(path);
    let metadata = fs::symlink_metadata(&place).map_err(|error| error.to_string())?;
    if !metadata.is_file() {
        return Err("not a regular file".to_owned());
    }
    let mut bytes = Vec::new();
    let file = File::open(&place).map_err(|error| error.to_string())?;
    let read = file
        .take(limits::FILE_BYTES_MAX + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| error.to_string())?;
    if read as u64 > limits::FILE_BYTES_MAX {
        return Err(format!("longer than {} bytes", limits::FILE_BYTES_MAX));
    }
    Ok(bytes)
}

fn examine(folder: &Path, path: &Path) -> Result<Found, String> {
    let text = utf8(path).ok_or("the name is not UTF-8")?;
    names::file(&text).and(names::report(&text)).map_err(|error| error.to_string())?;
    let bytes = content(folder, path)?;
    Ok(Found { path: text, bytes: bytes.len() as u64, digest: Digest::of("", &[&bytes]) })
}

fn utf8(path: &Path) -> Option<String> {
    let segments: Option<Vec<&str>> = path.iter().map(OsStr::to_str).collect();
    Some(segments?.join("/"))
}

//! What blobs are called, and where they lie.

use std::fmt;

use crate::hash::Digest;
use crate::limits::SALT_BYTES;
use weft_hashing::Stream;

/// The directory of blobs, in the data directory.
pub const BLOBS_DIR: &str = "blobs";

const PREFIX: &[u8] = b"exochain/blob/1";
const TEMPORARY_SUFFIX: &str = ".tmp";
const ERASING_SUFFIX: &str = ".erase";

/// Hex digits of a name that are its directory; the rest is its file.
const DIR_DIGITS: usize = 2;

/// `SHAKE("exochain/blob/1" ‖ salt ‖ bytes)`: what a blob is called. Shown as lower-case hex.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobName(pub Digest);

impl fmt::Display for BlobName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl BlobName {
    /// The name of some content under its salt.
    #[must_use]
    pub fn of(salt: &[u8; SALT_BYTES], bytes: &[u8]) -> BlobName {
        let mut naming = Naming::new();
        naming.update(salt);
        naming.update(bytes);
        naming.finish()
    }

    /// The directory, relative to the data directory.
    pub(super) fn dir(&self) -> String {
        let Digest([first, ..]) = self.0;
        dir(first)
    }

    /// The file, relative to the data directory.
    #[must_use]
    pub fn path(&self) -> String {
        let hex = self.to_string();
        let (dir, file) = hex.split_at(DIR_DIGITS);
        format!("{BLOBS_DIR}/{dir}/{file}")
    }

    /// What the file is called while it is being erased.
    pub(super) fn erasing_path(&self) -> String {
        format!("{}{ERASING_SUFFIX}", self.path())
    }
}

/// The directory of all names that begin with a byte.
pub(super) fn dir(first: u8) -> String {
    format!("{BLOBS_DIR}/{first:02x}")
}

/// What a blob is called while it is being written: no name has a letter beyond `f`, or a dot.
pub(super) fn temporary_path(salt: &[u8; SALT_BYTES], number: u64) -> String {
    let salt = salt.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    format!("{BLOBS_DIR}/{salt}-{number}{TEMPORARY_SUFFIX}")
}

/// What a name among the blobs of one directory stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named {
    Blob(BlobName),
    Erasing(BlobName),
    Unknown,
}

/// Reads a name in the directory of all names that begin with a byte.
pub(super) fn classify(first: u8, file: &str) -> Named {
    let name = |rest: &str| Digest::from_hex(&format!("{first:02x}{rest}")).map(BlobName);
    let erasing = file.strip_suffix(ERASING_SUFFIX).and_then(name).map(Named::Erasing);
    erasing.or_else(|| name(file).map(Named::Blob)).unwrap_or(Named::Unknown)
}

/// Whether a name in the directory of blobs is that of a blob that was never finished.
pub(super) fn is_temporary(file: &str) -> bool {
    file.ends_with(TEMPORARY_SUFFIX)
}

/// A name that is being computed over salt and bytes, in that order.
pub(super) struct Naming(Stream);

impl Naming {
    pub(super) fn new() -> Naming {
        let mut stream = Stream::default();
        stream.update(PREFIX);
        Naming(stream)
    }

    pub(super) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub(super) fn finish(self) -> BlobName {
        BlobName(Digest(self.0.finish()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_its_path_and_no_temporary_is_a_name() {
        let name = BlobName::of(&[7; 16], b"content");
        let path = name.path();
        let (dir, file) = path.rsplit_once('/').unwrap();
        let Digest([first, ..]) = name.0;
        assert_eq!((dir.to_owned(), file.len()), (name.dir(), 62));
        assert_eq!(classify(first, file), Named::Blob(name));
        let erasing = name.erasing_path();
        assert_eq!(classify(first, &erasing[dir.len() + 1..]), Named::Erasing(name));
        let temporary = temporary_path(&[7; 16], 0);
        let temporary = temporary.strip_prefix("blobs/").unwrap();
        assert!(is_temporary(temporary) && !is_temporary(file));
        assert_eq!(classify(first, temporary), Named::Unknown);
        assert_eq!(classify(first, &file.to_uppercase()), Named::Unknown);
    }
}

//! Checkpoints, from a node or from files, and the keys that sign them.

use crate::error::Error;
use crate::node::Node;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use weft_ledger::{Checkpoint, NOTE_BYTES_MAX, VerifierKey};

/// The last checkpoint that opening a node has found and checked.
///
/// # Errors
/// [`Error::NotFound`] when none was signed yet.
pub(super) fn found<'a>(
    node: &Node,
    last: Option<&'a Checkpoint>,
) -> Result<&'a Checkpoint, Error> {
    last.ok_or_else(|| Error::NotFound {
        what: format!("checkpoint in {}", node.data_dir().display()),
        look: "weft chain status",
        at: None,
    })
}

/// The checkpoint in a file.
///
/// # Errors
/// [`Error::File`] when it cannot be read, [`Error::Usage`] when it is no checkpoint.
pub(super) fn in_file(path: &Path) -> Result<Checkpoint, Error> {
    let bytes = read(path, NOTE_BYTES_MAX)?;
    Checkpoint::parse(&bytes)
        .map_err(|problem| Error::Usage(format!("{} is no checkpoint: {problem}", path.display())))
}

/// The key that was given as `name+id+key` (C2SP signed-note); bare hex digits go with the name that
/// the checkpoint has.
///
/// # Errors
/// [`Error::Usage`].
pub(super) fn key(given: &str, origin: &str) -> Result<VerifierKey, Error> {
    let refused = || Error::Usage(format!("--key {given}: neither name+id+key nor 64 hex digits"));
    if given.contains('+') {
        return given.parse().map_err(|_| refused());
    }
    let key = weft_ledger::Digest::from_hex(given).ok_or_else(refused)?;
    VerifierKey::new(origin, key.as_bytes()).ok_or_else(refused)
}

/// The bytes of a file that may have at most so many, and one more for whoever looks at the length.
///
/// # Errors
/// [`Error::File`].
pub(super) fn read(path: &Path, bytes_max: usize) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let failed = |source| Error::File { path: path.to_owned(), source };
    let file = File::open(path).map_err(failed)?;
    file.take(bytes_max as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

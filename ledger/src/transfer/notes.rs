//! Copying checkpoints.

use crate::checkpoint::{CHECKPOINTS_FILE, COSIGNED_FILE, Notes};
use crate::error::{Error, Result};
use crate::locks::DATA_DIR;
use crate::storage::{File as _, Storage};

/// The files of notes, in the data directory.
pub(super) const NOTE_FILES: [&str; 2] = [CHECKPOINTS_FILE, COSIGNED_FILE];

/// Copies the whole notes of at most `size` records; how many checkpoints. Whoever reads the log
/// holds it to them.
pub(super) fn copy_notes<S: Storage, T: Storage>(source: &S, target: &T, size: u64) -> Result<u64> {
    let checkpoints = copy(source, target, CHECKPOINTS_FILE, size)?;
    copy(source, target, COSIGNED_FILE, size)?;
    target.sync_dir(DATA_DIR).map_err(Error::io("sync", "."))?;
    Ok(checkpoints)
}

fn copy<S: Storage, T: Storage>(
    source: &S,
    target: &T,
    path: &'static str,
    size: u64,
) -> Result<u64> {
    let Some(notes) = Notes::open(source, path)? else { return Ok(0) };
    let to = target.create_new(path).map_err(Error::io("create", path))?;
    let (mut written, mut copied) = (0, 0);
    for note in notes {
        let (_, note) = note?;
        if note.head().size <= size {
            to.write_at(note.as_bytes(), written).map_err(Error::io("write", path))?;
            written += note.as_bytes().len() as u64;
            copied += 1;
        }
    }
    to.sync_all().map_err(Error::io("sync", path))?;
    Ok(copied)
}

//! Keeping checkpoints that witnesses signed as well.

use super::file::{COSIGNED_FILE, NoteFile, Notes};
use super::head::TreeHead;
use super::key::WitnessKey;
use super::keys::LogKeys;
use super::note::Checkpoint;
use super::problem::NoteProblem;
use crate::error::{Error, Result};
use crate::limits::COSIGNED_BYTES_MAX;
use crate::locks;
use crate::reader::Reader;
use crate::storage::Storage;
use crate::tree::TreeReader;

/// What became of a checkpoint that was to be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It was appended, durably.
    Added,
    /// The same note is there already.
    Known,
}

/// Keeps a checkpoint of a log that witnesses signed as well, of any size that the log has: in
/// [`COSIGNED_FILE`], beside a writer of the log too, since only this writes to that file. Held to it
/// first: that the key which `keys` name for its size signed it, that the log has its root, and that
/// each of `witnesses` cosigned it. The signatures of others are kept as they are.
///
/// # Errors
/// [`Error::NotInTree`] when it is of more records than there are, [`Error::TreeMismatch`] when the
/// log has another root at its size, [`Error::Cosigned`] for a signature that is missing or does not
/// hold, or when nobody but the log signed; [`Error::CosignedFull`], [`Error::Locked`] while another
/// is being kept, [`Error::Integrity`] when the file holds what is no note, or what the storage says.
/// Then nothing was kept.
pub fn keep_cosigned<S: Storage>(
    storage: &S,
    reader: &Reader<S>,
    keys: &LogKeys,
    witnesses: &[WitnessKey],
    note: &Checkpoint,
) -> Result<Kept> {
    check_signatures(keys, witnesses, note).map_err(|problem| Error::Cosigned { problem })?;
    let head = note.head();
    if !TreeReader::new(storage.clone(), reader.clone()).has_root(&head)? {
        return Err(Error::TreeMismatch { size: head.size });
    }
    append(storage, note)
}

fn check_signatures(
    keys: &LogKeys,
    witnesses: &[WitnessKey],
    note: &Checkpoint,
) -> std::result::Result<(), NoteProblem> {
    let TreeHead { size, .. } = note.head();
    let unsigned = |key: &dyn ToString| NoteProblem::Unsigned { key: key.to_string() };
    if size == 0 {
        return Err(NoteProblem::Order { found: 0, previous: 1 });
    }
    let key = keys.verifier_for(size).ok_or_else(|| unsigned(&keys.origin()))?;
    note.verify(&key)?;
    for witness in witnesses {
        note.cosignature(witness)?.ok_or_else(|| unsigned(witness))?;
    }
    if note.signatures() < 2 { Err(unsigned(&"a witness")) } else { Ok(()) }
}

/// Appends the note after the whole ones. What a crash left behind them was never promised to anybody.
fn append<S: Storage>(storage: &S, note: &Checkpoint) -> Result<Kept> {
    let file = NoteFile::open(storage, COSIGNED_FILE)?;
    let _held = locks::take(storage, COSIGNED_FILE)?;
    let Some(mut notes) = Notes::open(storage, COSIGNED_FILE)? else { return Err(Error::Missing) };
    for kept in &mut notes {
        if kept?.1 == *note {
            return Ok(Kept::Known);
        }
    }
    let end = notes.at();
    if end + note.as_bytes().len() as u64 > COSIGNED_BYTES_MAX {
        return Err(Error::CosignedFull { bytes_max: COSIGNED_BYTES_MAX });
    }
    file.ending_at(end)?.appended(note).map(|_| Kept::Added)
}

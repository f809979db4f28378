//! Moving a node's log about: exports and imports, backups and what comes back from them.

use super::Layout;
use super::place::Place;
use crate::platform::{Native, Platform, Salts};
use crate::{Error, Inspection};
use std::fs;
use std::io::{BufRead, Write};
use std::ops::Range;
use std::path::Path;
use weft_ledger::transfer::{self, BackedUp, ExportOptions, Exported, ImportOptions, Imported};
use weft_ledger::{Checkpoint, Digest, Files, TreeReader, latest_checkpoint};

/// What may lie where a backup is restored to: the keys of the node whose log is gone.
const KEYS: [&str; 1] = ["keys"];

/// Writes the records of a range as JSON Lines, each checked, with the last checkpoint of no more records
/// than lie before its end, which is held to its key and to the tree.
///
/// `progress` hears how many records of how many are done.
///
/// # Errors
/// [`Error::Ledger`] when there is no record in the range, for damage, for a checkpoint that does not hold,
/// and for what `out` says; what was written is then no export.
pub fn export(
    inspection: &Inspection<Native>,
    layout: &Layout,
    range: Range<u64>,
    out: &mut dyn Write,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(Exported, Option<Checkpoint>), Error> {
    let storage = Native::of(layout).storage();
    let reader = inspection.reader();
    let keys = &inspection.opening.log.watched.keys;
    let checkpoint = latest_checkpoint(&storage, keys.origin(), range.end.min(reader.head().size))?;
    if let Some(note) = &checkpoint {
        let size = note.head().size;
        let key = keys.verifier_for(size).ok_or(weft_ledger::Error::TreeMismatch { size })?;
        note.verify(&key).map_err(|problem| weft_ledger::Error::Checkpoint { problem })?;
        if !TreeReader::new(storage, reader.clone()).has_root(&note.head())? {
            return Err(weft_ledger::Error::TreeMismatch { size }.into());
        }
    }
    let is_withheld = &|_| false;
    let options = ExportOptions { range, checkpoint: checkpoint.as_ref(), is_withheld };
    let exported = transfer::export(reader, &options, out, progress)?;
    Ok((exported, checkpoint))
}

/// Makes a log out of a whole export, in a folder that is new or empty: a copy that can be read, since its
/// key is not there. Everything is verified before there is a log, the checkpoint that came along included.
///
/// `progress` hears how many records of how many are done.
///
/// # Errors
/// [`Error::NotEmpty`] when anything else is in the folder; [`Error::Ledger`] for an export that is not good,
/// or is of another log than `log_id`, and when the disk fails. Then nothing was imported.
pub fn import(
    layout: &Layout,
    log_id: Option<Digest>,
    input: &mut dyn BufRead,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Imported, Error> {
    let mut platform = Native::of(layout);
    let mut nonces = Salts::seeded_by(&mut platform)?;
    let place = Place::take(layout.data_dir(), &[])?;
    let options = ImportOptions { log_id, ..ImportOptions::default() };
    let nonces = Box::new(move || nonces.draw());
    let imported = transfer::import(&platform.storage(), options, nonces, input, progress)?;
    place.keep()?;
    Ok(imported)
}

/// Copies the first `size` records of the node's log, which must be durable, with checkpoints and blobs into
/// a folder that is new or empty, beside a kernel that runs. Keys are not copied.
///
/// `progress` hears how many records of how many are done.
///
/// # Errors
/// [`Error::NotEmpty`] when anything else is in the folder; [`Error::Ledger`] for damage, and when a disk
/// fails. Then there is no backup.
pub fn backup(
    layout: &Layout,
    size: u64,
    folder: &Path,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<BackedUp, Error> {
    let place = Place::take(folder, &[])?;
    let (source, target) = (Native::of(layout).storage(), Files::new(folder));
    let done = transfer::backup(&source, size, &target, progress)?;
    place.keep()?;
    Ok(done)
}

/// Verifies the backup in `source` and puts it back as the node's log, in a folder that is new or empty but
/// for the node's keys. It is held to the guard of its log.
///
/// `progress` hears how much of how much is done: first bytes that are verified, then records that are copied.
///
/// # Errors
/// [`Error::Ledger`] for a backup that is damaged, that the guard contradicts, or beside which there is a log
/// already, and when a disk fails; [`Error::NotEmpty`] when anything else is in the folder. Then nothing was
/// restored.
pub fn restore(
    layout: &Layout,
    source: &Path,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<BackedUp, Error> {
    let platform = Native::of(layout);
    let (source, guards, target) = (Files::new(source), platform.guards(), platform.storage());
    // Of a log that is there already the ledger says what it is beside the backup.
    let place = match has_segments(&layout.log()) {
        true => None,
        false => Some(Place::take(layout.data_dir(), &KEYS)?),
    };
    let done = transfer::restore(&source, guards.as_ref(), &target, progress)?;
    place.map_or(Ok(()), Place::keep)?;
    Ok(done)
}

fn has_segments(log: &Path) -> bool {
    let names = fs::read_dir(log).into_iter().flatten().flatten();
    names.into_iter().any(|entry| entry.path().extension().is_some_and(|end| end == "seg"))
}

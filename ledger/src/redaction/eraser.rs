//! Erasing payloads in place.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::blobs::unshared;
use super::torn::remove_torn;
use crate::blob::{BlobName, Erasure};
use crate::error::{Error, Result};
use crate::reader::{Reader, StoredFrame};
use crate::reason::Reason;
use crate::record::{blob_names, read_redaction};
use crate::scan::Standing;
use crate::storage::{Access, File, Storage};

/// Names of blobs that are looked for in one reading of the log, but for those of one record more.
const WANTED_MAX: usize = 1 << 16;

/// What was erased.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Erased {
    /// Payloads that were overwritten now.
    pub payloads: u64,
    /// Blobs that went with them.
    pub blobs: u64,
    /// Torn writes that had been saved and are gone.
    pub torn: u64,
}

/// The position whose payload the record at `redaction` erases.
///
/// # Errors
/// [`Error::NoRedaction`] if there is no such durable record or it erases nothing, or what reading
/// says.
pub(crate) fn target_of<S: Storage>(reader: &Reader<S>, redaction: u64) -> Result<u64> {
    let entry = reader.read(redaction)?;
    let target = entry.and_then(|entry| read_redaction(&entry.header, entry.core()));
    target.ok_or(Error::NoRedaction { seq: redaction })
}

/// Those of the redacted payloads that are not erased in full, in the order given.
pub(crate) fn unerased<S: Storage>(reader: &Reader<S>, targets: &[u64]) -> Result<Vec<u64>> {
    let mut unerased = BTreeSet::new();
    let mut named = Vec::new();
    for target in targets {
        let Some(found) = reader.frame(*target)? else { continue };
        if found.checked.header.has_payload {
            if found.checked.payload != Standing::Erased {
                unerased.insert(*target);
            }
            continue;
        }
        let names = present_blobs(reader, &found)?;
        named.extend(names.into_iter().map(|name| (*target, name)));
        if named.len() >= WANTED_MAX {
            unerased.extend(with_unshared(reader, &mut named)?);
        }
    }
    unerased.extend(with_unshared(reader, &mut named)?);
    Ok(unerased.into_iter().collect())
}

/// Those records of which a blob is there that nothing else names.
fn with_unshared<S: Storage>(
    reader: &Reader<S>,
    named: &mut Vec<(u64, BlobName)>,
) -> Result<Vec<u64>> {
    let alone = unshared(reader, named.iter().map(|(_, name)| *name).collect())?;
    let named = named.drain(..).filter(|(_, name)| alone.contains(name));
    Ok(named.map(|(target, _)| target).collect())
}

/// The blobs that a record names and that are there, or are being erased.
fn present_blobs<S: Storage>(reader: &Reader<S>, found: &StoredFrame) -> Result<Vec<BlobName>> {
    let blobs = reader.blobs();
    let mut present = Vec::new();
    for name in blob_names(found.parts().core()) {
        if blobs.is_present(&name)? {
            present.push(name);
        }
    }
    Ok(present)
}

/// Erases payloads whose redaction is durable, with whatever of them is elsewhere in the data
/// directory. Positions that have nothing to erase, or no longer, are passed over.
///
/// # Errors
/// Damage in one of the records, or what the storage says. Then any part may have been erased.
pub(crate) fn erase<S: Storage>(reader: &Reader<S>, targets: &[u64]) -> Result<Erased> {
    let targets: BTreeSet<u64> = targets.iter().copied().collect();
    let torn = remove_torn(reader.storage())?;
    let blobs = erase_blobs(reader, &targets)?;
    let payloads = erase_frames(reader, &targets)?;
    Ok(Erased { payloads, blobs, torn })
}

fn erase_blobs<S: Storage>(reader: &Reader<S>, targets: &BTreeSet<u64>) -> Result<u64> {
    let mut erased = 0;
    let mut wanted = BTreeSet::new();
    for target in targets {
        if let Some(found) = reader.frame(*target)? {
            wanted.extend(present_blobs(reader, &found)?);
        }
        if wanted.len() >= WANTED_MAX {
            erased += erase_unshared(reader, std::mem::take(&mut wanted))?;
        }
    }
    Ok(erased + erase_unshared(reader, wanted)?)
}

fn erase_unshared<S: Storage>(reader: &Reader<S>, wanted: BTreeSet<BlobName>) -> Result<u64> {
    let blobs = reader.blobs();
    let mut erased = 0;
    for name in unshared(reader, wanted)? {
        erased += u64::from(blobs.erase(&name)? == Erasure::Erased);
    }
    Ok(erased)
}

/// Overwrites the payloads, segment by segment; how many there were.
fn erase_frames<S: Storage>(reader: &Reader<S>, targets: &BTreeSet<u64>) -> Result<u64> {
    let mut erased = 0;
    let mut overwritten: Option<Overwritten<S::File>> = None;
    for target in targets {
        let Some(found) = reader.frame(*target)? else { continue };
        if !found.checked.header.has_payload || found.checked.payload == Standing::Erased {
            continue;
        }
        erased += 1;
        if let Some(done) = overwritten.take_if(|open| open.path != found.place.path) {
            done.settle(reader)?;
        }
        let open = match overwritten.take() {
            Some(open) => open,
            None => Overwritten::open(reader, &found.place.path)?,
        };
        overwritten = Some(open.overwrite(*target, &found)?);
    }
    overwritten.map_or(Ok(()), |done| done.settle(reader))?;
    Ok(erased)
}

/// A segment in which payloads were overwritten and not synced yet.
struct Overwritten<F> {
    path: Arc<str>,
    file: F,
    seqs: Vec<u64>,
}

impl<F: File> Overwritten<F> {
    fn open<S: Storage<File = F>>(reader: &Reader<S>, path: &Arc<str>) -> Result<Overwritten<F>> {
        let file = reader.storage().open(path, Access::Write).map_err(Error::io("open", path))?;
        Ok(Overwritten { path: Arc::clone(path), file, seqs: Vec::new() })
    }

    fn overwrite(mut self, seq: u64, found: &StoredFrame) -> Result<Overwritten<F>> {
        for patch in found.parts().erasure(&found.place.nonce) {
            let offset = found.place.offset + patch.offset;
            let wrote = self.file.write_at(&patch.bytes, offset);
            wrote.map_err(Error::io("write", &self.path))?;
        }
        self.seqs.push(seq);
        Ok(self)
    }

    /// Syncs, and reads everything back.
    fn settle<S: Storage<File = F>>(self, reader: &Reader<S>) -> Result<()> {
        self.file.sync_all().map_err(Error::io("sync", &self.path))?;
        for seq in self.seqs {
            let Some(found) = reader.frame(seq)? else { continue };
            match found.checked.payload {
                Standing::Erased => {}
                Standing::Good => return Err(found.integrity(Reason::ErasedNotZero)),
                Standing::Doubtful(doubt) => return Err(found.integrity(doubt.reason())),
            }
        }
        Ok(())
    }
}

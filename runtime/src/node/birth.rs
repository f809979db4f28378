//! Making a node: all of it, or nothing.

use super::{Keys, Layout};
use crate::kernel::{Genesis, Kernel, RecordView, Refused, view};
use crate::platform::{Native, Platform, Sim, SimClock};
use crate::{Error, Inspection, Receipt, Rehearsal};
use std::fs::{self, DirBuilder, File};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use weft_commands::{Command, CommandId};
use weft_ledger::limits::Limits;
use weft_ledger::storage::Memory;

/// The origin line of a node that was not given one.
pub const DEFAULT_ORIGIN: &str = "weft.local/node";

/// What a new node is to be.
#[derive(Debug, Clone)]
pub struct Birth {
    /// The origin of its checkpoints (C2SP tlog-checkpoint): no white space, no '+'.
    pub origin: String,
    /// The constitution's text, at most 48 KiB.
    pub constitution: String,
    /// The id of its genesis record; a fresh one without.
    pub command_id: Option<CommandId>,
}

/// Makes the node of `layout`: keys, lock, and a log with its genesis record.
///
/// Everything is written and synced in a sibling folder, which is then renamed, so an interrupted
/// birth leaves no half-made node behind. The node that was born under the id of `birth`, from the same origin
/// and constitution, is left as it is: its stored receipt is the answer.
///
/// # Errors
/// [`Error::NotEmpty`] when the data directory holds anything else; [`Error::Refused`] when the node there was
/// born under this id from another origin or constitution; [`Error::Genesis`] when the constitution or the
/// origin is not acceptable; [`Error::Files`] and [`Error::Ledger`] when the disk fails.
pub fn init(layout: &Layout, birth: Birth) -> Result<Receipt, Error> {
    // A birth that is refused does not even leave the folders above the node behind.
    if let Rehearsal::Repeated(receipt) = rehearse(layout, &birth)? {
        return Ok(receipt);
    }
    let target = layout.data_dir();
    let parent = match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        Some(_) | None => PathBuf::from("."),
    };
    fs::create_dir_all(&parent).map_err(|source| Error::files(&parent, source))?;
    let cradle = Cradle::new(&parent, target)?;
    let receipt = bear(&Layout::new(&cradle.0), birth)?;
    fs::rename(&cradle.0, target).map_err(|source| Error::files(target, source))?;
    sync_folder(&parent)?;
    Ok(receipt)
}

/// What [`init`] would come to: the same log is born in memory, with keys that nobody keeps and that stand in
/// the events. Nothing is written. What only writing finds out (missing permissions, a full disk) is not foreseen.
///
/// # Errors
/// As [`init`], but for those of the disk.
pub fn rehearse(layout: &Layout, birth: &Birth) -> Result<Rehearsal, Error> {
    if let Some(receipt) = earlier(layout, birth)? {
        return Ok(Rehearsal::Repeated(receipt));
    }
    refuse_occupied(layout.data_dir())?;
    let clock = SimClock::at(Native::new(layout.data_dir()).unix_ms());
    let mut platform = Sim::new(Memory::new(), clock, 0);
    let (_, genesis) = conceive(&mut platform, birth.clone())?;
    let (kernel, receipt) =
        Kernel::<_, ()>::create_as(platform, genesis, birth.command_id, Limits::default())?;
    let entry = kernel.reader().read(receipt.seq.0)?.ok_or(weft_ledger::Error::Missing)?;
    Ok(Rehearsal::Ruled { ruling: receipt.ruling, events: view(&entry)?.record.events })
}

/// The receipt of the node that is there, if it was born under the id of `birth`.
fn earlier(layout: &Layout, birth: &Birth) -> Result<Option<Receipt>, Error> {
    let Some(id) = birth.command_id.filter(|_| layout.log().exists()) else { return Ok(None) };
    let inspection = Inspection::open(&Native::new(layout.data_dir()))?;
    let entry = inspection.reader().read(0)?.ok_or(weft_ledger::Error::Missing)?;
    let RecordView { record, command_id, link, command, ruling, .. } = view(&entry)?;
    if command_id != id.to_bytes() {
        return Ok(None);
    }
    let same = matches!(&command, Command::Genesis(genesis)
        if genesis.origin == birth.origin && genesis.constitution == birth.constitution);
    if !same {
        return Err(Refused::Conflict(record.seq).into());
    }
    Ok(Some(Receipt { seq: record.seq, link, time: record.time, ruling, duplicate: true }))
}

/// Only nothing, or an empty folder that a rename can replace, makes place for a node.
fn refuse_occupied(target: &Path) -> Result<(), Error> {
    match fs::read_dir(target).map(|mut entries| entries.next().is_some()) {
        Ok(true) => Err(Error::NotEmpty(target.to_owned())),
        Ok(false) => refuse_mount_point(target).map_err(|source| Error::files(target, source)),
        Err(error) if error.kind() != ErrorKind::NotFound => Err(Error::files(target, error)),
        Err(_) if target.is_symlink() => {
            let error = io::Error::new(ErrorKind::NotFound, "the symbolic link leads nowhere");
            Err(Error::files(target, error))
        }
        Err(_) => Ok(()),
    }
}

fn refuse_mount_point(target: &Path) -> io::Result<()> {
    let above = target.canonicalize()?;
    let Some(above) = above.parent() else { return Ok(()) };
    if fs::metadata(target)?.dev() == fs::metadata(above)?.dev() {
        return Ok(());
    }
    let reason = "a mount point cannot be replaced by a node: name a folder in it";
    Err(io::Error::new(ErrorKind::ResourceBusy, reason))
}

fn bear(layout: &Layout, birth: Birth) -> Result<Receipt, Error> {
    let mut platform = Native::new(layout.data_dir());
    let id = birth.command_id;
    let (keys, genesis) = conceive(&mut platform, birth)?;
    keys.store(layout)?;
    let (kernel, receipt) = Kernel::<_, ()>::create_as(platform, genesis, id, Limits::default())?;
    kernel.close()?;
    sync_folder(layout.data_dir())?;
    Ok(receipt)
}

/// Fresh keys, and the genesis record that names them.
fn conceive(platform: &mut impl Platform, birth: Birth) -> Result<(Keys, Genesis), Error> {
    let (mut log_seed, mut operator_seed, mut entropy) = ([0; 32], [0; 32], [0; 32]);
    for bytes in [&mut log_seed, &mut operator_seed, &mut entropy] {
        platform.fill_entropy(bytes)?;
    }
    let keys = Keys::from_seeds(&log_seed, &operator_seed);
    let genesis = Genesis {
        origin: birth.origin,
        constitution: birth.constitution,
        log_key: keys.log_public(),
        operator_key: keys.operator_public(),
        entropy,
    };
    Ok((keys, genesis))
}

fn sync_folder(folder: &Path) -> Result<(), Error> {
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|source| Error::files(folder, source))
}

/// The folder a node is made in; what is still there when it is dropped is removed.
struct Cradle(PathBuf);

impl Cradle {
    fn new(parent: &Path, target: &Path) -> Result<Cradle, Error> {
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        let path = parent.join(format!(".{name}.init-{}", std::process::id()));
        DirBuilder::new()
            .mode(0o700)
            .create(&path)
            .map_err(|source| Error::files(&path, source))?;
        Ok(Cradle(path))
    }
}

impl Drop for Cradle {
    fn drop(&mut self) {
        // After the rename there is nothing to remove, which is not an error worth reporting.
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mount_point_is_refused_and_a_folder_is_not() {
        let refused = refuse_mount_point(Path::new("/proc")).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::ResourceBusy);
        let folder = tempfile::tempdir().unwrap();
        refuse_mount_point(folder.path()).unwrap();
        refuse_mount_point(Path::new("/")).unwrap();
    }
}

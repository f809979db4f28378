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
    let parent = folder_above(target);
    for folder in make_folders(parent)? {
        sync_folder(&folder)?;
    }
    let cradle = Cradle::new(parent, target)?;
    let receipt = bear(&Layout::new(&cradle.0), birth)?;
    fs::rename(&cradle.0, target).map_err(|source| Error::files(target, source))?;
    sync_folder(parent)?;
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

fn folder_above(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        Some(_) | None => Path::new("."),
    }
}

/// Makes a folder and those above it that are missing; the folders that hold their names, each of which is to
/// be synced before what is in them is durable.
fn make_folders(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    if folder.is_dir() {
        return Ok(Vec::new());
    }
    let above = folder_above(folder);
    let mut changed = make_folders(above)?;
    match fs::create_dir(folder) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists && folder.is_dir() => (),
        made => made.map_err(|source| Error::files(folder, source))?,
    }
    changed.push(above.to_owned());
    Ok(changed)
}

fn sync_folder(folder: &Path) -> Result<(), Error> {
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|source| Error::files(folder, source))
}

/// The folder a node is made in; what is still there when it is dropped is removed.
struct Cradle(PathBuf);

impl Cradle {
    /// A folder beside the target, whose name no other birth has: a process id may come again, in a container
    /// always, and a birth that was killed leaves its cradle behind.
    fn new(parent: &Path, target: &Path) -> Result<Cradle, Error> {
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        let prefix = format!(".{name}.init-");
        for left in stale(parent, &prefix) {
            let folder = left.display();
            tracing::warn!(%folder, "another init is at work here, or was killed and left secret keys: remove it");
        }
        let mut suffix = [0; 8];
        Native::new(target).fill_entropy(&mut suffix)?;
        let path = parent.join(format!("{prefix}{:016x}", u64::from_be_bytes(suffix)));
        DirBuilder::new()
            .mode(0o700)
            .create(&path)
            .map_err(|source| Error::files(&path, source))?;
        Ok(Cradle(path))
    }
}

/// Cradles of other births; none when the folder cannot be listed, which does not keep a node from being made.
fn stale(parent: &Path, prefix: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    let named = |entry: &fs::DirEntry| entry.file_name().to_string_lossy().starts_with(prefix);
    entries.filter(named).map(|entry| entry.path()).collect()
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

    fn birth() -> Birth {
        let constitution = weft_projections::DEFAULT_CONSTITUTION.to_owned();
        Birth { origin: DEFAULT_ORIGIN.to_owned(), constitution, command_id: None }
    }

    fn names(folder: &Path) -> Vec<String> {
        let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn every_folder_that_a_birth_makes_has_its_name_synced() {
        let folder = tempfile::tempdir().unwrap();
        let at = |path: &str| folder.path().join(path);
        assert_eq!(make_folders(&at("a/b/c")).unwrap(), [at(""), at("a"), at("a/b")]);
        assert!(make_folders(&at("a/b/c")).unwrap().is_empty());
        assert_eq!(make_folders(&at("a/d")).unwrap(), [at("a")]);
        fs::write(at("file"), "").unwrap();
        assert!(matches!(make_folders(&at("file/e")), Err(Error::Files { .. })));
        init(&Layout::new(at("f/g/node")), birth()).unwrap();
        assert_eq!(names(&at("f/g")), ["node"]);
    }

    #[test]
    fn a_cradle_that_a_killed_birth_left_keeps_no_node_from_being_made() {
        let folder = tempfile::tempdir().unwrap();
        let node = Layout::new(folder.path().join("node"));
        let killed = Cradle::new(folder.path(), node.data_dir()).unwrap();
        let left = killed.0.clone();
        std::mem::forget(killed);
        let old = format!(".node.init-{}", std::process::id());
        fs::create_dir(folder.path().join(&old)).unwrap();
        let mut found = stale(folder.path(), ".node.init-");
        found.sort_unstable();
        let mut expected = [left.clone(), folder.path().join(&old)];
        expected.sort_unstable();
        assert_eq!(found, expected);
        init(&node, birth()).unwrap();
        assert_eq!(names(folder.path()).len(), 3, "what others left is theirs");
        assert!(left.exists() && node.log().exists());
    }

    #[test]
    fn a_birth_that_fails_leaves_no_cradle() {
        let folder = tempfile::tempdir().unwrap();
        let node = Layout::new(folder.path().join("node"));
        let cradle = Cradle::new(folder.path(), node.data_dir()).unwrap();
        fs::write(cradle.0.join("keys"), "in the way").unwrap();
        assert!(matches!(bear(&Layout::new(&cradle.0), birth()), Err(Error::Key { .. })));
        drop(cradle);
        assert!(names(folder.path()).is_empty());
    }

    #[test]
    fn a_mount_point_is_refused_and_a_folder_is_not() {
        let refused = refuse_mount_point(Path::new("/proc")).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::ResourceBusy);
        let folder = tempfile::tempdir().unwrap();
        refuse_mount_point(folder.path()).unwrap();
        refuse_mount_point(Path::new("/")).unwrap();
    }
}

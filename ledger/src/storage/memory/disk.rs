//! The shared disk: directories, files, faults.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use crate::storage::Reserved;
use crate::storage::memory::faults::{Fault, Operation, Plan, input_output, power_lost};
use crate::storage::memory::inode::Inode;

/// A change of names that a directory sync makes durable.
#[derive(Clone, Debug)]
enum NameChange {
    Create { path: String, inode: u64 },
    Rename { from: String, to: String, inode: u64 },
    Remove { path: String },
}

impl NameChange {
    fn touches(&self, dir: &str) -> bool {
        match self {
            NameChange::Create { path, .. } | NameChange::Remove { path } => parent(path) == dir,
            NameChange::Rename { from, to, .. } => parent(from) == dir || parent(to) == dir,
        }
    }

    fn paths(&self) -> impl Iterator<Item = &String> {
        let (first, second) = match self {
            NameChange::Create { path, .. } | NameChange::Remove { path } => (path, None),
            NameChange::Rename { from, to, .. } => (from, Some(to)),
        };
        std::iter::once(first).chain(second)
    }

    fn apply(self, names: &mut BTreeMap<String, u64>) {
        match self {
            NameChange::Create { path, inode } => {
                names.insert(path, inode);
            }
            NameChange::Rename { from, to, inode } => {
                names.remove(&from);
                names.insert(to, inode);
            }
            NameChange::Remove { path } => {
                names.remove(&path);
            }
        }
    }
}

/// The directory that a path lies in.
pub(super) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(dir, _)| dir)
}

/// The changes that a sync of a directory makes durable, and the rest. With a change go those before
/// it of the same names, whatever directory they were made in: a file is never in two places.
fn split(changes: Vec<NameChange>, dir: &str) -> (Vec<NameChange>, Vec<NameChange>) {
    let mut paths = BTreeSet::new();
    let (mut synced, mut rest) = (Vec::new(), Vec::new());
    for change in changes.into_iter().rev() {
        if change.touches(dir) || change.paths().any(|path| paths.contains(path)) {
            paths.extend(change.paths().cloned());
            synced.push(change);
        } else {
            rest.push(change);
        }
    }
    synced.reverse();
    rest.reverse();
    (synced, rest)
}

/// Every directory that a directory lies in, itself included, but for the data directory.
pub(super) fn with_ancestors(dir: &str) -> impl Iterator<Item = &str> {
    let start = Some(dir).filter(|dir| !dir.is_empty());
    std::iter::successors(start, |dir| Some(parent(dir)).filter(|above| !above.is_empty()))
}

#[derive(Clone, Debug, Default)]
pub(super) struct Disk {
    pub(super) inodes: BTreeMap<u64, Inode>,
    pub(super) names: BTreeMap<String, u64>,
    durable_names: BTreeMap<String, u64>,
    unsynced: Vec<NameChange>,
    pub(super) dirs: BTreeSet<String>,
    durable_dirs: BTreeSet<String>,
    next_inode: u64,
    pub(super) plan: Plan,
    pub(super) capacity: Option<u64>,
    /// Raised by every crash: handles from before it are dead.
    pub(super) epoch: u64,
    /// Directories that a writer holds.
    pub(super) locked: BTreeSet<String>,
}

impl Disk {
    /// Fails unless there is such a directory; the data directory always is.
    pub(super) fn check_dir(&self, dir: &str) -> io::Result<()> {
        let there = dir.is_empty() || self.dirs.contains(dir);
        if there { Ok(()) } else { Err(io::ErrorKind::NotFound.into()) }
    }

    pub(super) fn make_dir(&mut self, dir: &str) -> io::Result<()> {
        self.check_dir(parent(dir))?;
        self.dirs.insert(dir.to_owned());
        Ok(())
    }

    pub(super) fn list(&self, dir: &str) -> io::Result<Vec<String>> {
        self.check_dir(dir)?;
        let inside = self.names.keys().chain(&self.dirs).filter(|path| parent(path) == dir);
        let name = |path: &String| path.rsplit('/').next().unwrap_or(path).to_owned();
        let mut names: Vec<String> = inside.map(name).collect();
        names.sort_unstable();
        Ok(names)
    }

    pub(super) fn create(&mut self, path: &str) -> io::Result<u64> {
        if self.names.contains_key(path) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        self.check_dir(parent(path))?;
        self.fails(Operation::Create)?;
        let inode = self.next_inode;
        self.next_inode += 1;
        self.inodes.insert(inode, Inode::default());
        self.change(NameChange::Create { path: path.to_owned(), inode });
        Ok(inode)
    }

    pub(super) fn rename(&mut self, from: &str, to: &str) -> io::Result<()> {
        if self.names.contains_key(from) && self.names.contains_key(to) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        self.replace(from, to)
    }

    pub(super) fn replace(&mut self, from: &str, to: &str) -> io::Result<()> {
        let inode = *self.names.get(from).ok_or(io::ErrorKind::NotFound)?;
        self.check_dir(parent(to))?;
        if self.fails(Operation::Rename)? == Done::Truly {
            let (from, to) = (from.to_owned(), to.to_owned());
            self.change(NameChange::Rename { from, to, inode });
        }
        Ok(())
    }

    pub(super) fn remove(&mut self, path: &str) -> io::Result<()> {
        if !self.names.contains_key(path) {
            return Err(io::ErrorKind::NotFound.into());
        }
        if self.fails(Operation::Remove)? == Done::Truly {
            self.change(NameChange::Remove { path: path.to_owned() });
        }
        Ok(())
    }

    fn change(&mut self, change: NameChange) {
        change.clone().apply(&mut self.names);
        self.unsynced.push(change);
    }

    pub(super) fn sync_dir(&mut self, dir: &str) -> io::Result<()> {
        self.check_dir(dir)?;
        if self.fails(Operation::SyncDir)? == Done::Falsely {
            return Ok(());
        }
        let made = self.dirs.iter().filter(|made| parent(made) == dir);
        self.durable_dirs.extend(made.cloned());
        let (synced, rest) = split(std::mem::take(&mut self.unsynced), dir);
        self.unsynced = rest;
        synced.into_iter().for_each(|change| change.apply(&mut self.durable_names));
        Ok(())
    }

    pub(super) fn read(&mut self, inode: u64, buffer: &mut [u8], at: u64) -> io::Result<usize> {
        match self.plan.meet(Operation::Read)? {
            None => Ok(self.inode(inode)?.now.read(buffer, at)),
            Some(Fault::Short { bytes }) => {
                let len = usize::try_from(bytes).unwrap_or(usize::MAX).clamp(1, buffer.len());
                let part = buffer.get_mut(..len).unwrap_or_default();
                Ok(self.inode(inode)?.now.read(part, at))
            }
            Some(
                Fault::Fail | Fault::NoSpace | Fault::Lie | Fault::Forget | Fault::Misdirect { .. },
            ) => Err(input_output()),
        }
    }

    pub(super) fn write(&mut self, inode: u64, bytes: &[u8], at: u64) -> io::Result<()> {
        let fault = self.plan.meet(Operation::Write)?;
        self.check_room(inode, at + bytes.len() as u64)?;
        let file = self.inode(inode)?;
        match fault {
            None => file.write(bytes, at),
            Some(Fault::Lie) => {}
            Some(Fault::Misdirect { offset }) => file.write(bytes, offset),
            Some(Fault::Fail | Fault::Forget) => return Err(input_output()),
            Some(Fault::NoSpace) => return Err(io::ErrorKind::StorageFull.into()),
            Some(Fault::Short { bytes: count }) => {
                let len = usize::try_from(count).unwrap_or(usize::MAX).min(bytes.len());
                file.write(bytes.get(..len).unwrap_or_default(), at);
                return Err(input_output());
            }
        }
        Ok(())
    }

    pub(super) fn sync(&mut self, inode: u64) -> io::Result<()> {
        let fault = self.plan.meet(Operation::Sync)?;
        if fault == Some(Fault::Forget) {
            self.inode(inode)?.forget();
        }
        if outcome(fault)? == Done::Truly {
            self.inode(inode)?.sync();
        }
        Ok(())
    }

    pub(super) fn set_len(&mut self, inode: u64, len: u64) -> io::Result<()> {
        if self.fails(Operation::SetLen)? == Done::Truly {
            self.inode(inode)?.set_len(len);
        }
        Ok(())
    }

    pub(super) fn reserve(&mut self, inode: u64, len: u64) -> io::Result<Reserved> {
        if self.fails(Operation::Reserve)? == Done::Falsely {
            return Ok(Reserved::Unsupported);
        }
        self.check_room(inode, len)?;
        let file = self.inode(inode)?;
        file.reserved = file.reserved.max(len);
        if file.now.len < len {
            file.set_len(len);
        }
        Ok(Reserved::Yes)
    }

    /// Power is gone: what was not synced is kept or lost as `choose(n)` (below n) says.
    pub(super) fn crash(&mut self, choose: &mut dyn FnMut(u64) -> u64) {
        self.epoch += 1;
        self.locked.clear();
        self.plan.clear();
        for dir in self.dirs.difference(&self.durable_dirs.clone()) {
            if choose(2) == 1 {
                self.durable_dirs.insert(dir.clone());
            }
        }
        for change in std::mem::take(&mut self.unsynced) {
            if choose(2) == 1 {
                change.apply(&mut self.durable_names);
            }
        }
        // What lies in a directory whose name is lost is lost with it.
        let mut dirs = std::mem::take(&mut self.durable_dirs);
        let named = dirs.clone();
        dirs.retain(|dir| with_ancestors(dir).all(|above| named.contains(above)));
        self.durable_dirs = dirs.clone();
        self.durable_names.retain(|path, _| parent(path).is_empty() || dirs.contains(parent(path)));
        self.names = self.durable_names.clone();
        self.dirs = dirs;
        let named: BTreeSet<u64> = self.names.values().copied().collect();
        self.inodes.retain(|inode, _| named.contains(inode));
        self.inodes.values_mut().for_each(|inode| inode.crash(choose));
    }

    pub(super) fn inode(&mut self, inode: u64) -> io::Result<&mut Inode> {
        self.inodes.get_mut(&inode).ok_or_else(power_lost)
    }

    fn check_room(&self, inode: u64, len: u64) -> io::Result<()> {
        let Some(capacity) = self.capacity else { return Ok(()) };
        let held: u64 = self.inodes.values().map(Inode::held).sum();
        let own = self.inodes.get(&inode).map_or(0, Inode::held);
        if held - own + own.max(len) > capacity {
            return Err(io::ErrorKind::StorageFull.into());
        }
        Ok(())
    }

    /// Meets a fault of an operation that either is done or not.
    fn fails(&mut self, operation: Operation) -> io::Result<Done> {
        outcome(self.plan.meet(operation)?)
    }
}

/// What a fault makes of an operation that either is done or not.
fn outcome(fault: Option<Fault>) -> io::Result<Done> {
    match fault {
        None => Ok(Done::Truly),
        Some(Fault::Lie | Fault::Misdirect { .. }) => Ok(Done::Falsely),
        Some(Fault::Fail | Fault::Forget | Fault::Short { .. }) => Err(input_output()),
        Some(Fault::NoSpace) => Err(io::ErrorKind::StorageFull.into()),
    }
}

/// Whether an operation that reports success happened.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Done {
    Truly,
    Falsely,
}

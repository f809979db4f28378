//! The handles through which a disk in memory is used and mistreated.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::storage::memory::disk::{Disk, parent, with_ancestors};
use crate::storage::memory::faults::{Fault, Operation, power_lost};
use crate::storage::{Access, File, LockError, Reserved, Storage};

/// A disk in memory. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    disk: Arc<Mutex<Disk>>,
}

/// An open file of a [`Memory`].
#[derive(Debug)]
pub struct MemoryFile {
    disk: Arc<Mutex<Disk>>,
    inode: u64,
    epoch: u64,
    access: Access,
}

/// Holds a directory of a [`Memory`] for one writer until it is dropped or the power goes.
#[derive(Debug)]
pub struct MemoryLock {
    disk: Arc<Mutex<Disk>>,
    epoch: u64,
    dir: String,
}

fn enter(disk: &Mutex<Disk>) -> MutexGuard<'_, Disk> {
    disk.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Memory {
    /// An empty disk without end.
    #[must_use]
    pub fn new() -> Memory {
        Memory::default()
    }

    /// A copy of the disk that shares nothing with this one. Locks and plans are not copied.
    #[must_use]
    pub fn fork(&self) -> Memory {
        let mut disk = enter(&self.disk).clone();
        disk.plan.clear();
        disk.locked.clear();
        Memory { disk: Arc::new(Mutex::new(disk)) }
    }

    /// The power goes and comes back. Every sector, length and name that was not synced is old or
    /// new: `choose(n)` answers each question with a number below `n`, 1 meaning new. Files opened
    /// before are dead, locks and planned faults are gone.
    pub fn crash(&self, choose: &mut dyn FnMut(u64) -> u64) {
        enter(&self.disk).crash(choose);
    }

    /// Lets the power go after `changes` more changes: every operation then fails until
    /// [`Memory::crash`].
    pub fn lose_power_after(&self, changes: u64) {
        enter(&self.disk).plan.changes_left = Some(changes);
    }

    /// How many changes (everything but reads) the disk has seen.
    #[must_use]
    pub fn changes(&self) -> u64 {
        enter(&self.disk).plan.changes
    }

    /// How many operations of a kind the disk has seen.
    #[must_use]
    pub fn count(&self, operation: Operation) -> u64 {
        enter(&self.disk).plan.count(operation)
    }

    /// Plans a fault for the `nth` operation of a kind from now on, counted from 0.
    pub fn inject(&self, operation: Operation, nth: u64, fault: Fault) {
        enter(&self.disk).plan.inject(operation, nth, fault);
    }

    /// Limits the disk to `bytes`, files and reserves together; `None` lifts the limit.
    pub fn set_capacity(&self, bytes: Option<u64>) {
        enter(&self.disk).capacity = bytes;
    }

    /// Bytes that files and reserves take.
    #[must_use]
    pub fn used(&self) -> u64 {
        enter(&self.disk).inodes.values().map(super::inode::Inode::held).sum()
    }

    /// Turns the bits of `mask` over in one byte of a file, past every cache. Nothing happens if
    /// there is no such byte.
    pub fn flip(&self, path: &str, byte: u64, mask: u8) {
        let mut disk = enter(&self.disk);
        if let Some(inode) = disk.names.get(path).copied()
            && let Ok(inode) = disk.inode(inode)
        {
            inode.flip(byte, mask);
        }
    }

    /// The bytes of a file.
    #[must_use]
    pub fn read(&self, path: &str) -> Option<Vec<u8>> {
        let mut disk = enter(&self.disk);
        let inode = *disk.names.get(path)?;
        let content = &disk.inode(inode).ok()?.now;
        let mut bytes = vec![0; usize::try_from(content.len).ok()?];
        content.read(&mut bytes, 0);
        Some(bytes)
    }

    /// Makes or replaces a file, durably.
    pub fn write(&self, path: &str, bytes: &[u8]) {
        let mut disk = enter(&self.disk);
        disk.dirs.extend(with_ancestors(parent(path)).map(str::to_owned));
        let inode = match disk.names.get(path).copied() {
            Some(inode) => Ok(inode),
            None => disk.create(path),
        };
        let Ok(inode) = inode else { return };
        if let Ok(inode) = disk.inode(inode) {
            inode.set_len(0);
            inode.write(bytes, 0);
            inode.sync();
        }
        for dir in with_ancestors(parent(path)).chain([""]) {
            drop(disk.sync_dir(dir));
        }
    }

    /// Every file, sorted.
    #[must_use]
    pub fn paths(&self) -> Vec<String> {
        enter(&self.disk).names.keys().cloned().collect()
    }
}

impl Storage for Memory {
    type File = MemoryFile;
    type Lock = MemoryLock;

    fn list(&self, dir: &str) -> io::Result<Vec<String>> {
        enter(&self.disk).list(dir)
    }

    fn make_dir(&self, dir: &str) -> io::Result<()> {
        enter(&self.disk).make_dir(dir)
    }

    fn create_new(&self, path: &str) -> io::Result<MemoryFile> {
        let mut disk = enter(&self.disk);
        let inode = disk.create(path)?;
        let epoch = disk.epoch;
        Ok(MemoryFile { disk: Arc::clone(&self.disk), inode, epoch, access: Access::Write })
    }

    fn open(&self, path: &str, access: Access) -> io::Result<MemoryFile> {
        let disk = enter(&self.disk);
        let inode = *disk.names.get(path).ok_or(io::ErrorKind::NotFound)?;
        let epoch = disk.epoch;
        Ok(MemoryFile { disk: Arc::clone(&self.disk), inode, epoch, access })
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        enter(&self.disk).rename(from, to)
    }

    fn replace(&self, from: &str, to: &str) -> io::Result<()> {
        enter(&self.disk).replace(from, to)
    }

    fn remove(&self, path: &str) -> io::Result<()> {
        enter(&self.disk).remove(path)
    }

    fn sync_dir(&self, dir: &str) -> io::Result<()> {
        enter(&self.disk).sync_dir(dir)
    }

    fn lock(&self, dir: &str) -> Result<MemoryLock, LockError> {
        let mut disk = enter(&self.disk);
        if !disk.locked.insert(dir.to_owned()) {
            return Err(LockError::Held { holder: Some(std::process::id()) });
        }
        let (dir, epoch) = (dir.to_owned(), disk.epoch);
        Ok(MemoryLock { disk: Arc::clone(&self.disk), epoch, dir })
    }

    fn is_locked(&self, dir: &str) -> io::Result<bool> {
        Ok(enter(&self.disk).locked.contains(dir))
    }
}

impl Drop for MemoryLock {
    fn drop(&mut self) {
        let mut disk = enter(&self.disk);
        if disk.epoch == self.epoch {
            disk.locked.remove(&self.dir);
        }
    }
}

impl MemoryFile {
    /// The disk, unless the power went since the file was opened.
    fn live(&self) -> io::Result<MutexGuard<'_, Disk>> {
        let disk = enter(&self.disk);
        if disk.epoch == self.epoch { Ok(disk) } else { Err(power_lost()) }
    }

    fn writable(&self) -> io::Result<MutexGuard<'_, Disk>> {
        match self.access {
            Access::Write => self.live(),
            Access::Read => Err(io::ErrorKind::PermissionDenied.into()),
        }
    }
}

impl File for MemoryFile {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.live()?.read(self.inode, buffer, offset)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.writable()?.write(self.inode, bytes, offset)
    }

    fn len(&self) -> io::Result<u64> {
        Ok(self.live()?.inode(self.inode)?.now.len)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.writable()?.set_len(self.inode, len)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.live()?.sync(self.inode)
    }

    fn sync_all(&self) -> io::Result<()> {
        self.live()?.sync(self.inode)
    }

    fn reserve(&self, len: u64) -> io::Result<Reserved> {
        self.writable()?.reserve(self.inode, len)
    }
}

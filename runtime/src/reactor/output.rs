//! What processes print: a bounded file for each, and whoever follows it.

use super::bounded_file::{self, BoundedFile};
use crate::api;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::{fs, io};
use tokio::sync::broadcast;
use weft_projections::Pid;

/// Chunks that a follower may be behind before it misses some.
const CHUNKS_BEHIND_MAX: usize = 256;

/// What followers get: a piece of what a process printed.
pub type Chunk = Arc<[u8]>;

/// The outputs of a node's processes.
#[derive(Debug)]
pub struct Outputs {
    folder: PathBuf,
    live: Mutex<BTreeMap<Pid, broadcast::Sender<Chunk>>>,
}

/// One process's output, while it runs.
#[derive(Debug)]
pub(super) struct Output {
    file: BoundedFile,
    followers: broadcast::Sender<Chunk>,
}

impl Outputs {
    /// The outputs in `folder`, which is made where it is missing.
    ///
    /// # Errors
    /// What the operating system says.
    pub fn open(folder: impl Into<PathBuf>) -> io::Result<Outputs> {
        let folder = folder.into();
        fs::create_dir_all(&folder)?;
        Ok(Outputs { folder, live: Mutex::default() })
    }

    /// A run of a process begins to print.
    pub(super) fn begin(&self, pid: Pid) -> io::Result<Output> {
        let file = BoundedFile::open(path(&self.folder, pid))?;
        let (followers, _) = broadcast::channel(CHUNKS_BEHIND_MAX);
        self.live().insert(pid, followers.clone());
        Ok(Output { file, followers })
    }

    /// A run of a process prints no more: its followers come to an end.
    pub(super) fn end(&self, pid: Pid) {
        self.live().remove(&pid);
    }

    /// Removes the output of every process that `is_known` does not know.
    pub(super) fn sweep(&self, is_known: impl Fn(Pid) -> bool) -> io::Result<()> {
        for entry in fs::read_dir(&self.folder)? {
            let name = entry?.file_name();
            let Some(pid) = name.to_str().and_then(pid_of) else { continue };
            if !is_known(pid) {
                bounded_file::remove(&path(&self.folder, pid))?;
            }
        }
        Ok(())
    }

    fn live(&self) -> MutexGuard<'_, BTreeMap<Pid, broadcast::Sender<Chunk>>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl api::Output for Outputs {
    fn tail(&self, pid: Pid, bytes_max: u64) -> io::Result<Vec<u8>> {
        tail(&self.folder, pid, bytes_max)
    }

    fn follow(&self, pid: Pid) -> Option<broadcast::Receiver<Chunk>> {
        self.live().get(&pid).map(broadcast::Sender::subscribe)
    }
}

impl Output {
    /// Keeps `bytes` and hands them to who follows. A disk that is full loses them, and says so once
    /// there is room: output is no record.
    pub(super) fn print(&mut self, bytes: &[u8]) -> io::Result<()> {
        // Nobody follows: that is not a failure.
        let _ = self.followers.send(bytes.into());
        self.file.append(bytes)
    }
}

/// The last bytes that process `pid` of the node whose outputs lie in `folder` printed.
///
/// # Errors
/// What the operating system says.
pub fn tail(folder: &Path, pid: Pid, bytes_max: u64) -> io::Result<Vec<u8>> {
    bounded_file::tail(&path(folder, pid), bytes_max)
}

fn path(folder: &Path, pid: Pid) -> PathBuf {
    folder.join(format!("{pid}.log"))
}

fn pid_of(name: &str) -> Option<Pid> {
    name.split_once(".log")?.0.parse().ok()
}

//! What processes print: a bounded file for each, and whoever follows it.

use super::bounded_file::{self, BoundedFile};
use crate::api::{self, Printout};
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
    live: Mutex<BTreeMap<Pid, Arc<Mutex<Live>>>>,
}

/// One process's output, while it runs.
#[derive(Debug)]
pub(super) struct Output(Arc<Mutex<Live>>);

/// For whoever holds the lock nothing is under way between the followers and the file. It is held while the file is written, renamed or
/// read, at most two mebibytes from the page cache; whoever waits for it waits for that.
#[derive(Debug)]
struct Live {
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
        let live = Arc::new(Mutex::new(Live { file, followers }));
        locked(&self.live).insert(pid, live.clone());
        Ok(Output(live))
    }

    /// A run of a process prints no more: its followers come to an end.
    pub(super) fn end(&self, pid: Pid) {
        locked(&self.live).remove(&pid);
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

    fn live(&self, pid: Pid) -> Option<Arc<Mutex<Live>>> {
        locked(&self.live).get(&pid).cloned()
    }
}

impl api::Output for Outputs {
    fn printout(&self, pid: Pid, bytes_max: u64) -> io::Result<Printout> {
        let live = self.live(pid);
        // Held until the file is read: nothing is printed in between.
        let live = live.as_deref().map(locked);
        let end = tail(&self.folder, pid, bytes_max)?;
        Ok(Printout { end, more: live.map(|live| live.followers.subscribe()) })
    }
}

impl Output {
    /// Keeps `bytes` and hands them to who follows. A disk that is full loses them, and says so once
    /// there is room: output is no record.
    pub(super) fn print(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut live = locked(&self.0);
        // Nobody follows: that is not a failure.
        let _ = live.followers.send(bytes.into());
        live.file.append(bytes)
    }
}

/// The last bytes that process `pid` of the node whose outputs lie in `folder` printed.
///
/// # Errors
/// What the operating system says.
pub fn tail(folder: &Path, pid: Pid, bytes_max: u64) -> io::Result<Vec<u8>> {
    bounded_file::tail(&path(folder, pid), bytes_max)
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn path(folder: &Path, pid: Pid) -> PathBuf {
    folder.join(format!("{pid}.log"))
}

fn pid_of(name: &str) -> Option<Pid> {
    name.split_once(".log")?.0.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Output as _;

    /// No more than a follower may be behind.
    const PRINTED: usize = CHUNKS_BEHIND_MAX;

    fn lines(numbers: impl Iterator<Item = usize>) -> String {
        numbers.map(|number| format!("{number}\n")).collect()
    }

    /// Follows a process that goes on printing, once it has printed `early` lines; how many lines there were before.
    fn follow(outputs: &Outputs, pid: Pid, early: usize) -> usize {
        let mut output = outputs.begin(pid).unwrap();
        let (say, said) = std::sync::mpsc::channel();
        std::thread::scope(|scope| {
            scope.spawn(move || {
                for number in 0..PRINTED {
                    if number == early {
                        say.send(()).unwrap();
                    }
                    output.print(lines(number..number + 1).as_bytes()).unwrap();
                }
            });
            said.recv().unwrap();
            let Printout { end, more } = outputs.printout(pid, 1 << 20).unwrap();
            let mut found = String::from_utf8(end).unwrap();
            let before = found.lines().count();
            let mut more = more.unwrap();
            for _ in before..PRINTED {
                found += std::str::from_utf8(&more.blocking_recv().unwrap()).unwrap();
            }
            assert_eq!(found, lines(0..PRINTED));
            before
        })
    }

    #[test]
    fn a_follower_gets_everything_once_whenever_it_comes() {
        let folder = tempfile::tempdir().unwrap();
        let outputs = Outputs::open(folder.path()).unwrap();
        for early in 0..PRINTED {
            let pid = Pid::new(early as u64 + 1).unwrap();
            assert!(follow(&outputs, pid, early) >= early);
        }
    }
}

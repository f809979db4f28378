//! The trait behind which the operating system and the simulation are alike.

use crate::Error;
use crate::index::WindowLimits;
use std::path::PathBuf;
use weft_ledger::storage::Storage;

/// Where a kernel runs.
///
/// Two implementations: [`super::Native`] (files and the OS clock) and [`super::Sim`] (memory
/// whose power can fail, and time and chance under a test's control).
pub trait Platform: Send {
    /// Where the log lies.
    type Storage: Storage;

    /// The storage of the node's data directory.
    fn storage(&self) -> Self::Storage;

    /// The place of the guards, outside every data directory; `None` where nothing guards the log.
    fn guards(&self) -> Option<Self::Storage>;

    /// The folder for the postings, by which queries find records; `None` where there are no real files.
    fn postings(&self) -> Option<PathBuf>;

    /// How many ids of recent records are held in memory.
    fn window(&self) -> WindowLimits;

    /// The wall clock, in milliseconds since 1970-01-01 UTC. It may jump either way.
    fn unix_ms(&mut self) -> u64;

    /// A clock that never goes back, in milliseconds since some moment of this process.
    fn monotonic_ms(&mut self) -> u64;

    /// Fills `bytes` with bytes nobody can guess.
    ///
    /// # Errors
    /// [`Error::Entropy`] when the operating system has none to give.
    fn fill_entropy(&mut self, bytes: &mut [u8]) -> Result<(), Error>;
}

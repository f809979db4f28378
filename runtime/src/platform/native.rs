//! Files, the OS clock and the OS's entropy. The only file that reads a clock.

use super::Platform;
use crate::Error;
use crate::index::WindowLimits;
use crate::node::Layout;
use rustix::time::{ClockId, clock_gettime};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};
use weft_ledger::storage::Files;

/// A clock that goes on while the machine sleeps, where there is one: sleep is not drift.
#[cfg(any(target_os = "linux", target_os = "android"))]
const MONOTONIC: ClockId = ClockId::Boottime;
#[cfg(not(any(target_os = "linux", target_os = "android")))]
const MONOTONIC: ClockId = ClockId::Monotonic;

/// The platform of a real node: one data directory on a real file system.
#[derive(Debug)]
pub struct Native {
    data_dir: PathBuf,
    guards: Option<PathBuf>,
}

impl Native {
    /// The node in `data_dir`.
    pub fn new(data_dir: impl Into<PathBuf>) -> Native {
        Native { data_dir: data_dir.into(), guards: None }
    }

    /// The node of a layout, with the guards it names.
    pub fn of(layout: &Layout) -> Native {
        let guards = layout.guards().map(Path::to_path_buf);
        Native { data_dir: layout.data_dir().to_owned(), guards }
    }
}

impl Platform for Native {
    type Storage = Files;

    fn storage(&self) -> Files {
        Files::new(&self.data_dir)
    }

    fn guards(&self) -> Option<Files> {
        self.guards.as_ref().map(Files::new)
    }

    fn postings(&self) -> Option<PathBuf> {
        Some(Layout::new(&self.data_dir).postings())
    }

    fn window(&self) -> WindowLimits {
        WindowLimits::default()
    }

    fn unix_ms(&mut self) -> u64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }

    fn monotonic_ms(&mut self) -> u64 {
        let since = clock_gettime(MONOTONIC);
        let seconds = u64::try_from(since.tv_sec).unwrap_or_default();
        seconds * 1_000 + u64::try_from(since.tv_nsec / 1_000_000).unwrap_or_default()
    }

    fn fill_entropy(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        getrandom::fill(bytes).map_err(|error| Error::Entropy(error.to_string()))
    }
}

//! Files, the OS clock and the OS's entropy. The only file that reads a clock.

use super::Platform;
use crate::Error;
use std::path::PathBuf;
use std::time::{Instant, SystemTime, UNIX_EPOCH};
use weft_ledger::storage::Files;

/// The platform of a real node: one data directory on a real file system.
#[derive(Debug)]
pub struct Native {
    data_dir: PathBuf,
    started: Instant,
}

impl Native {
    /// The node in `data_dir`.
    pub fn new(data_dir: impl Into<PathBuf>) -> Native {
        Native { data_dir: data_dir.into(), started: Instant::now() }
    }
}

impl Platform for Native {
    type Storage = Files;

    fn storage(&self) -> Files {
        Files::new(&self.data_dir)
    }

    fn unix_ms(&mut self) -> u64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }

    fn monotonic_ms(&mut self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn fill_entropy(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        getrandom::fill(bytes).map_err(|error| Error::Entropy(error.to_string()))
    }
}

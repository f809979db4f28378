//! A seeded world: memory whose power can fail, and time and chance under a test's control.

use super::Platform;
use crate::Error;
use crate::index::WindowLimits;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use weft_ledger::storage::Memory;

/// The simulated clock; every clone shows the same time.
#[derive(Debug, Clone, Default)]
pub struct SimClock(Arc<Hands>);

#[derive(Debug, Default)]
struct Hands {
    unix_ms: AtomicU64,
    monotonic_ms: AtomicU64,
}

impl SimClock {
    /// A clock that shows `unix_ms`.
    pub fn at(unix_ms: u64) -> SimClock {
        let clock = SimClock::default();
        clock.set_wall(unix_ms);
        clock
    }

    /// Lets `ms` milliseconds pass on both clocks.
    pub fn advance(&self, ms: u64) {
        self.0.unix_ms.fetch_add(ms, Ordering::Relaxed);
        self.0.monotonic_ms.fetch_add(ms, Ordering::Relaxed);
    }

    /// Sets the wall clock alone, forwards or backwards, as a bad time server would.
    pub fn set_wall(&self, unix_ms: u64) {
        self.0.unix_ms.store(unix_ms, Ordering::Relaxed);
    }

    /// What the wall clock shows.
    pub fn wall(&self) -> u64 {
        self.0.unix_ms.load(Ordering::Relaxed)
    }
}

/// The platform of a simulated node.
#[derive(Debug)]
pub struct Sim {
    storage: Memory,
    guards: Option<Memory>,
    clock: SimClock,
    entropy: ChaCha12Rng,
    window: WindowLimits,
}

impl Sim {
    /// A node on `storage`, whose chance is a function of `seed`.
    pub fn new(storage: Memory, clock: SimClock, seed: u64) -> Sim {
        let (entropy, window) = (ChaCha12Rng::seed_from_u64(seed), WindowLimits::default());
        Sim { storage, guards: None, clock, entropy, window }
    }

    /// The same node, whose guards lie in a memory of their own.
    pub fn guarded_by(self, guards: Memory) -> Sim {
        Sim { guards: Some(guards), ..self }
    }

    /// The same node, which holds other numbers of ids in memory.
    pub fn with_window(self, window: WindowLimits) -> Sim {
        Sim { window, ..self }
    }
}

impl Platform for Sim {
    type Storage = Memory;

    fn storage(&self) -> Memory {
        self.storage.clone()
    }

    fn guards(&self) -> Option<Memory> {
        self.guards.clone()
    }

    fn postings(&self) -> Option<PathBuf> {
        None
    }

    fn window(&self) -> WindowLimits {
        self.window
    }

    fn unix_ms(&mut self) -> u64 {
        self.clock.wall()
    }

    fn monotonic_ms(&mut self) -> u64 {
        self.clock.0.monotonic_ms.load(Ordering::Relaxed)
    }

    fn fill_entropy(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        self.entropy.fill_bytes(bytes);
        Ok(())
    }
}

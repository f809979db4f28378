//! How far scrubbing is, for whoever asks. Reading takes no lock.

use arc_swap::ArcSwap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How far it is.
#[derive(Debug, Clone)]
pub struct Findings(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    records: u64,
    read: AtomicU64,
    found: ArcSwap<Scrubbed>,
}

/// What came of it so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scrubbed {
    /// Opening had read everything.
    Nothing,
    /// It is being read.
    Reading {
        /// Records that were found good.
        read: u64,
        /// How many there are to read.
        of: u64,
    },
    /// All of it is good.
    Clean {
        /// How many records were read.
        read: u64,
    },
    /// The first bad record.
    Damaged {
        /// What is wrong, and where.
        error: String,
    },
    /// It could not be read to the end.
    Ended {
        /// Why.
        error: String,
    },
}

impl Findings {
    /// Before the first of `records` records was read.
    pub(super) fn of(records: u64) -> Findings {
        let found = match records {
            0 => Scrubbed::Nothing,
            of => Scrubbed::Reading { read: 0, of },
        };
        let (read, found) = (AtomicU64::new(0), ArcSwap::from_pointee(found));
        Findings(Arc::new(Shared { records, read, found }))
    }

    /// Another record was found good.
    pub(super) fn advance(&self) {
        self.0.read.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn end(&self, found: Scrubbed) {
        self.0.found.store(Arc::new(found));
    }

    /// How far it is.
    pub fn now(&self) -> Scrubbed {
        let found = Scrubbed::clone(&self.0.found.load());
        if let Scrubbed::Reading { .. } = found {
            let (read, of) = (self.0.read.load(Ordering::Relaxed), self.0.records);
            return Scrubbed::Reading { read, of };
        }
        found
    }
}

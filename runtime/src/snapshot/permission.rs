//! Whether snapshots may be taken: not of a log that turned out to be damaged.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Says whether snapshots may be taken. Once withdrawn it stays so.
#[derive(Debug, Clone, Default)]
pub struct Permission(Arc<AtomicBool>);

impl Permission {
    /// No snapshot is taken any more.
    pub(crate) fn withdraw(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    pub(crate) fn is_withdrawn(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

//! How far checkpoints bind the log.

use arc_swap::ArcSwapOption;
use std::sync::Arc;
use weft_ledger::LogKeys;
use weft_projections::Seq;

/// How far the log is signed, for whoever waits for it. Reading takes no lock.
#[derive(Clone, Debug, Default)]
pub(crate) struct Signed(Arc<ArcSwapOption<State>>);

#[derive(Debug)]
struct State {
    size: u64,
    keys: LogKeys,
}

impl Signed {
    /// A checkpoint of `size` records was signed or found, when the log had `keys`.
    pub(crate) fn tell(&self, size: u64, keys: LogKeys) {
        self.0.store(Some(Arc::new(State { size, keys })));
    }

    /// The keys of the log if a checkpoint binds the record `seq`.
    pub(crate) fn keys_past(&self, seq: Seq) -> Option<LogKeys> {
        let state = self.0.load();
        state.as_ref().filter(|state| seq.0 < state.size).map(|state| state.keys.clone())
    }
}

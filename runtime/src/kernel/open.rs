//! Opening a log: verify, fold, go on.

use crate::Error;
use crate::kernel::core;
use crate::kernel::front::Past;
use crate::kernel::hybrid_clock::{CLOCK_DRIFT_MS_MAX, HybridClock};
use crate::kernel::window::Window;
use crate::kernel::{Back, Front, Head, Kernel, Published};
use crate::platform::{Platform, Salts};
use std::ops::ControlFlow;
use weft_commands::CommandId;
use weft_ledger::{Entry, Log, OpenOptions, Opening};
use weft_projections::{State, evolve};

impl<P: Platform, T> Kernel<P, T> {
    /// Opens the log for writing: takes the lock, checks every record, completes what a crash left
    /// undone, and folds State.
    ///
    /// # Errors
    /// [`Error::Ledger`] for a log that is locked, missing, damaged or full; [`Error::Unreadable`]
    /// for a record of a later version; [`Error::ClockBehind`] when the wall clock lies more than
    /// 24 hours behind the last record.
    pub fn open(mut platform: P, options: OpenOptions) -> Result<(Kernel<P, T>, Opening), Error> {
        let salts = Salts::seeded_by(&mut platform)?;
        let mut nonces = Salts::seeded_by(&mut platform)?;
        let mut fold = Fold::default();
        let nonces = Box::new(move || nonces.draw());
        let (storage, guards) = (platform.storage(), platform.guards());
        let opened =
            Log::open_guarded(storage, guards, options, nonces, &mut |entry| fold.take(entry));
        let (log, opening) = fold.outcome(opened)?;
        let Fold { mut state, window, .. } = fold;
        state.seal();
        let head = Head::of(log.head());
        let clock = HybridClock::after(head.time, &mut platform);
        if clock.lag_ms() > CLOCK_DRIFT_MS_MAX {
            return Err(Error::ClockBehind {
                behind_ms: clock.lag_ms(),
                max_ms: CLOCK_DRIFT_MS_MAX,
            });
        }
        let limits = log.limits();
        let mut back = Back::new(log, Published { state: state.clone(), head });
        let past = Past { state, next: head.seq.next(), window };
        let mut front = Front::new(platform, salts, clock, past, limits);
        front.set_room(back.make_room()?);
        Ok((Kernel { front, back, keeper: None }, opening))
    }
}

/// Folds entries as the ledger hands them over, up to the first that means nothing.
#[derive(Default)]
pub(crate) struct Fold {
    pub(crate) state: State,
    window: Window,
    failed: Option<Error>,
}

impl Fold {
    pub(crate) fn take(&mut self, entry: &Entry<'_>) -> ControlFlow<()> {
        match core::decode_record(entry) {
            Ok(record) => {
                evolve(&mut self.state, &record);
                if let Ok(id) = CommandId::new(entry.header.command_id) {
                    self.window.note(record.actor, id, record.seq);
                }
                ControlFlow::Continue(())
            }
            Err(error) => {
                self.failed = Some(error);
                ControlFlow::Break(())
            }
        }
    }

    /// What opening came to; a record that was not understood is why it stopped.
    pub(crate) fn outcome<T>(&mut self, opened: Result<T, weft_ledger::Error>) -> Result<T, Error> {
        self.failed.take().map_or_else(|| Ok(opened?), Err)
    }
}

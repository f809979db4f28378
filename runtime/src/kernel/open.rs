//! Opening a log: verify, fold, go on.

use crate::Error;
use crate::index::{Opened, Place, Progress};
use crate::keeper::Keeper;
use crate::kernel::core;
use crate::kernel::front::Past;
use crate::kernel::hybrid_clock::{CLOCK_DRIFT_MS_MAX, HybridClock};
use crate::kernel::opening::{self, Opening};
use crate::kernel::{Back, Front, Head, Kernel, Published};
use crate::platform::{Platform, Salts};
use std::ops::ControlFlow;
use weft_ledger::{Entry, OpenOptions};
use weft_projections::{Seq, State, evolve};

impl<P: Platform, T> Kernel<P, T> {
    /// Opens the log for writing: takes the lock, checks the records, completes what a crash left
    /// undone, and folds State. It begins with the newest snapshot that a later checkpoint binds to the
    /// log, and with record 0 if there is none.
    ///
    /// # Errors
    /// [`Error::Ledger`] for a log that is locked, missing, damaged or full; [`Error::Unreadable`]
    /// for a record of a later version; [`Error::ClockBehind`] when the wall clock lies more than
    /// 24 hours behind the last record.
    pub fn open(platform: P, options: OpenOptions) -> Result<(Kernel<P, T>, Opening), Error> {
        Kernel::open_with(platform, options, &mut |_| ())
    }

    /// The same; `progress` hears how far the ids of records are read that no file knows, which takes
    /// seconds where the index of a long log is gone.
    ///
    /// # Errors
    /// As [`Kernel::open`]; [`Error::Index`] when the ids of records can neither be read from files nor
    /// be written.
    pub fn open_with(
        mut platform: P,
        options: OpenOptions,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<(Kernel<P, T>, Opening), Error> {
        let salts = Salts::seeded_by(&mut platform)?;
        let nonces = Salts::seeded_by(&mut platform)?;
        let opened = opening::open(&platform, options, &|| nonces.clone().into_nonces())?;
        let opening::Opened { log, opening, fold } = opened;
        let mut state = fold.state;
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
        let place = Place::of(&mut platform)?;
        let mut back = Back::new(log, Published { state: state.clone(), head });
        let Opened { follower, ids, found } = back.index(place, progress)?;
        let past = Past { state, next: head.seq.next(), ids, records: back.reader() };
        let mut front = Front::new(platform, salts, clock, past, limits);
        front.set_room(back.make_room()?);
        let keeper = Keeper::new(follower);
        Ok((Kernel { front, back, keeper, taker: None, index: found }, opening))
    }
}

/// Folds entries as the ledger hands them over, up to the first that means nothing.
#[derive(Default)]
pub(crate) struct Fold {
    pub(crate) state: State,
    /// The first record that is not in State yet.
    next: Seq,
    failed: Option<Error>,
}

impl Fold {
    /// Goes on after the records that `state` was folded from.
    pub(crate) fn after(state: &State) -> Fold {
        let next = state.kernel.last().map_or(Seq(0), |last| last.seq.next());
        Fold { state: state.clone(), next, ..Fold::default() }
    }

    /// The first record that is not in State yet.
    pub(crate) fn next(&self) -> Seq {
        self.next
    }

    pub(crate) fn take(&mut self, entry: &Entry<'_>) -> ControlFlow<()> {
        match self.fold(entry) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                self.failed = Some(error);
                ControlFlow::Break(())
            }
        }
    }

    /// The records of the batch that State ends with are shown again.
    fn fold(&mut self, entry: &Entry<'_>) -> Result<(), Error> {
        let record = core::decode_record(entry)?;
        if record.seq >= self.next {
            evolve(&mut self.state, &record);
            self.next = record.seq.next();
        }
        Ok(())
    }

    /// What opening came to; a record that was not understood is why it stopped.
    pub(crate) fn outcome<T>(&mut self, opened: Result<T, weft_ledger::Error>) -> Result<T, Error> {
        self.failed.take().map_or_else(|| Ok(opened?), Err)
    }
}

//! How far the agents may go before the parent says more.

use super::protocol::Allowance;
use super::{Error, limits};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// What an agent needs an allowance for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// The reader hands out a file.
    File,
    /// The reporter finishes a report.
    Report,
}

/// Steps that are left, shared by the agents and the thread that listens to the parent.
#[derive(Debug, Default)]
pub(crate) struct Leash {
    left: Mutex<Left>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Left {
    files: u64,
    reports: u64,
    parent: Parent,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum Parent {
    #[default]
    There,
    Gone,
}

impl Leash {
    /// Replaces what is left.
    pub(crate) fn allow(&self, allowance: Allowance) {
        let mut left = self.lock();
        (left.files, left.reports) = match allowance {
            Allowance::Part { files, reports } => (files, reports),
            Allowance::All => (u64::MAX, u64::MAX),
        };
        self.changed.notify_all();
    }

    /// Notes that nobody will ever say more.
    pub(crate) fn cut(&self) {
        self.lock().parent = Parent::Gone;
        self.changed.notify_all();
    }

    /// Fails when the parent is gone.
    ///
    /// # Errors
    /// [`Error::ParentGone`].
    pub(crate) fn hold(&self) -> Result<(), Error> {
        match self.lock().parent {
            Parent::There => Ok(()),
            Parent::Gone => Err(Error::ParentGone),
        }
    }

    /// Takes a step as soon as it is allowed.
    ///
    /// # Errors
    /// [`Error::ParentGone`].
    pub(crate) fn take(&self, step: Step) -> Result<(), Error> {
        let mut left = self.lock();
        loop {
            if left.parent == Parent::Gone {
                return Err(Error::ParentGone);
            }
            let steps = match step {
                Step::File => &mut left.files,
                Step::Report => &mut left.reports,
            };
            if let Some(fewer) = steps.checked_sub(1) {
                *steps = fewer;
                return Ok(());
            }
            let waited = self.changed.wait_timeout(left, limits::WAIT_MAX);
            left = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Left> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_taken_until_none_is_left_and_the_parent_is_gone() {
        let leash = Leash::default();
        leash.allow(Allowance::Part { files: 2, reports: 0 });
        leash.take(Step::File).unwrap();
        leash.take(Step::File).unwrap();
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| leash.take(Step::File));
            leash.cut();
            assert!(matches!(waiting.join().unwrap(), Err(Error::ParentGone)));
        });
        assert!(matches!(leash.hold(), Err(Error::ParentGone)));
    }

    #[test]
    fn an_allowance_wakes_who_waits_for_it() {
        let leash = Leash::default();
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| leash.take(Step::Report));
            leash.allow(Allowance::All);
            assert!(waiting.join().unwrap().is_ok());
        });
    }
}

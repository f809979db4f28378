//! What the reactors have to do.

use super::{Row, RunState};
use crate::limits::{BACKOFF_MS_MAX, BACKOFF_MS_MIN};
use crate::{Generation, Pid, Time};

/// Something a reactor has to do. The generation is the number of the attempt: answers for another one are late.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Work {
    /// Start a run of a process.
    Start {
        /// The process.
        pid: Pid,
        /// The run.
        generation: Generation,
        /// When, at the earliest: a process that keeps failing waits longer and longer.
        not_before: Time,
    },
    /// End a run of a process.
    Stop {
        /// The process.
        pid: Pid,
        /// The run.
        generation: Generation,
    },
}

impl Work {
    pub(super) fn of(row: &Row) -> Option<Self> {
        let (pid, generation) = (row.pid, row.generation);
        match row.state {
            RunState::Starting => {
                Some(Self::Start { pid, generation, not_before: not_before(row) })
            }
            RunState::Stopping => Some(Self::Stop { pid, generation }),
            RunState::Running | RunState::Exited => None,
        }
    }
}

/// The beginning of the millisecond from which on the next run may start.
fn not_before(row: &Row) -> Time {
    Time::from_unix_ms(row.changed_at.unix_ms().saturating_add(backoff_ms(row.failures)))
}

/// How long to wait after so many failures in a row: nothing after none, then twice as long each time.
fn backoff_ms(failures: u32) -> u64 {
    let Some(doublings) = failures.checked_sub(1) else { return 0 };
    let factor = 1_u64.checked_shl(doublings).unwrap_or(u64::MAX);
    BACKOFF_MS_MIN.saturating_mul(factor).min(BACKOFF_MS_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_half_a_minute() {
        let waits = [0, 1, 2, 3, 8, 9, 10, 11, 64, 65, u32::MAX].map(backoff_ms);
        assert_eq!(
            waits,
            [0, 100, 200, 400, 12_800, 25_600, 30_000, 30_000, 30_000, 30_000, 30_000]
        );
    }
}

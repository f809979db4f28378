//! Record time: the wall clock, made strictly increasing.

use crate::platform::Platform;
use weft_projections::Time;

/// How far the wall clock may run from the monotonic clock, or behind the log, before an operator
/// has to look: 24 hours, in milliseconds.
pub const CLOCK_DRIFT_MS_MAX: u64 = 24 * 60 * 60 * 1000;

/// The hybrid clock of FORMAT 1: `max(unix_ms << 16, previous + 1)`.
#[derive(Debug)]
pub(crate) struct HybridClock {
    previous: u64,
    wall_start_ms: u64,
    monotonic_start_ms: u64,
}

impl HybridClock {
    /// A clock that continues after `previous`, the time of the last record.
    pub(crate) fn after<P: Platform>(previous: Time, platform: &mut P) -> HybridClock {
        HybridClock {
            previous: previous.0,
            wall_start_ms: platform.unix_ms(),
            monotonic_start_ms: platform.monotonic_ms(),
        }
    }

    /// How many milliseconds the last record lies ahead of the wall clock.
    pub(crate) fn lag_ms(&self) -> u64 {
        (self.previous >> 16).saturating_sub(self.wall_start_ms)
    }

    /// How many milliseconds the two clocks have drifted apart since the start.
    pub(crate) fn drift_ms<P: Platform>(&self, platform: &mut P) -> u64 {
        let passed = platform.monotonic_ms().saturating_sub(self.monotonic_start_ms);
        platform.unix_ms().abs_diff(self.wall_start_ms.saturating_add(passed))
    }

    /// The time the next record would carry.
    pub(crate) fn next<P: Platform>(&self, platform: &mut P) -> Time {
        let wall = platform.unix_ms().saturating_mul(1 << 16);
        Time(wall.max(self.previous.saturating_add(1)))
    }

    /// Notes that a record carries `time`.
    pub(crate) fn used(&mut self, time: Time) {
        self.previous = time.0;
    }
}

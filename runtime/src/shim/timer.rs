//! A moment to wait for with `poll`, without a clock to read.

use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create,
    timerfd_settime,
};
use std::io;

/// Readable once its time has come; never, until it is set.
#[derive(Debug)]
pub(super) struct Timer(OwnedFd);

impl Timer {
    pub(super) fn new() -> io::Result<Timer> {
        let flags = TimerfdFlags::CLOEXEC | TimerfdFlags::NONBLOCK;
        Ok(Timer(timerfd_create(TimerfdClockId::Monotonic, flags)?))
    }

    /// Rings in `ms` milliseconds.
    pub(super) fn set(&self, ms: u64) -> io::Result<()> {
        let seconds = i64::try_from(ms / 1_000).unwrap_or(i64::MAX);
        // Zero would switch it off.
        let nanoseconds = i64::try_from(ms % 1_000 * 1_000_000).unwrap_or(0).max(1);
        let never = Timespec { tv_sec: 0, tv_nsec: 0 };
        let then = Timespec { tv_sec: seconds, tv_nsec: nanoseconds };
        let once = Itimerspec { it_interval: never, it_value: then };
        timerfd_settime(&self.0, TimerfdTimerFlags::empty(), &once)?;
        Ok(())
    }
}

impl AsFd for Timer {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

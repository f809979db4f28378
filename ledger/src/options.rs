//! How a log is opened.

use crate::limits::Limits;

/// How a log is opened.
#[derive(Clone, Copy, Debug)]
pub struct OpenOptions {
    /// For what.
    pub mode: Mode,
    /// What the writer keeps to.
    pub limits: Limits,
    /// Threads that check records while it opens; 1 does everything on the caller's.
    pub threads: usize,
}

/// What a log is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Takes the lock, recovers what a crash left, and appends.
    Writer,
    /// Changes nothing, and works beside a writer.
    ReadOnly,
}

impl OpenOptions {
    /// To append, with the format's own limits and a thread for every core.
    #[must_use]
    pub fn writer() -> OpenOptions {
        OpenOptions { mode: Mode::Writer, limits: Limits::default(), threads: default_threads() }
    }

    /// To read, with a thread for every core.
    #[must_use]
    pub fn read_only() -> OpenOptions {
        OpenOptions { mode: Mode::ReadOnly, ..OpenOptions::writer() }
    }
}

pub(crate) fn default_threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

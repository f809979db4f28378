//! What the reactors have to do.

use super::{Row, RunState};
use crate::{Generation, Pid};

/// Something a reactor has to do. The generation is the number of the attempt: answers for another one are late.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Work {
    /// Start a run of a process.
    Start {
        /// The process.
        pid: Pid,
        /// The run.
        generation: Generation,
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
            RunState::Starting => Some(Self::Start { pid, generation }),
            RunState::Stopping => Some(Self::Stop { pid, generation }),
            RunState::Running | RunState::Exited => None,
        }
    }
}

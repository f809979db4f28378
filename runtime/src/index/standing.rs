//! What the deciding thread and the keeper tell each other.

use crate::kernel::Board;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// How the files of ids are, as far as the other side has to know.
#[derive(Debug)]
pub(crate) struct Standing {
    /// Somebody could not look up an id: the files are to be made again.
    doubted: AtomicBool,
    /// Ids cannot be written now, or nobody is there who would: waiting for that would be in vain.
    stuck: AtomicBool,
    /// Where the keeper waits.
    board: Arc<Board>,
}

impl Standing {
    pub(crate) fn new(board: Arc<Board>) -> Standing {
        Standing { doubted: AtomicBool::new(false), stuck: AtomicBool::new(false), board }
    }

    /// Has the files made again.
    pub(crate) fn doubt(&self) {
        self.doubted.store(true, Ordering::Release);
        self.board.nudge();
    }

    /// Whether they are to be made again.
    pub(crate) fn is_doubted(&self) -> bool {
        self.doubted.load(Ordering::Acquire)
    }

    /// Whether they are to be made again, which is then up to the caller.
    pub(crate) fn take_doubt(&self) -> bool {
        self.doubted.swap(false, Ordering::AcqRel)
    }

    pub(crate) fn set_stuck(&self, stuck: bool) {
        self.stuck.store(stuck, Ordering::Release);
    }

    pub(crate) fn is_stuck(&self) -> bool {
        self.stuck.load(Ordering::Acquire)
    }
}

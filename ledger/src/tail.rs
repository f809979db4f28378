//! What a writer that was cut short, or one that is still there, leaves behind the last record.

use crate::reason::Reason;
use crate::scan::{Layout, TornTail};

/// What stands behind the last record of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tail {
    /// Nothing.
    Whole,
    /// A torn write, which was saved and cut off.
    Cut(Torn),
    /// A torn write, or one that is still going on: it was left alone. Beside a writer also a last
    /// batch that is whole but may not be durable yet ([`Reason::Unsynced`]); its records were read.
    Unsettled(Torn),
}

impl Tail {
    /// The same, where the file that held the torn bytes is gone.
    pub(crate) fn without_its_copy(self) -> Tail {
        match self {
            Tail::Cut(torn) => Tail::Cut(Torn { saved_as: None, ..torn }),
            Tail::Whole | Tail::Unsettled(_) => self,
        }
    }
}

/// A write that was cut short, or of which nobody but its writer knows yet that it was not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Torn {
    /// The segment's file, relative to the data directory.
    pub segment: String,
    /// Where in the segment the first bad frame, or the batch, begins.
    pub offset: u64,
    /// Position that its record would have had, or the position of the batch's first record.
    pub seq: u64,
    /// How many bytes there are, without the zeros at the end.
    pub bytes: u64,
    /// The file that now holds those bytes, relative to the data directory; `None` if nothing was
    /// saved, or a pending redaction has removed it again.
    pub saved_as: Option<String>,
    /// What is wrong with the frame, or not known of the batch.
    pub reason: Reason,
}

impl Torn {
    pub(crate) fn new(layout: &Layout, tail: &TornTail, saved_as: Option<String>) -> Torn {
        Torn {
            segment: layout.last().path.to_string(),
            offset: tail.bad.at.offset,
            seq: tail.bad.seq,
            bytes: tail.end - tail.bad.at.offset,
            saved_as,
            reason: tail.bad.reason.clone(),
        }
    }
}

//! When a snapshot is worth its while.

use crate::kernel::Published;
use std::time::Duration;
use weft_projections::Seq;

/// When snapshots are taken (DESIGN 3): once the records since the last one are more than State has
/// entries, and more than a fixed number; not more often than once in an interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The least number of records between two snapshots while the kernel runs.
    pub running_records_min: u64,
    /// The least number of records after the last snapshot for one when the kernel stops: fewer are
    /// read faster than a snapshot is.
    pub closing_records_min: u64,
    /// The least time between two snapshots while the kernel runs.
    pub interval: Duration,
}

impl Default for Policy {
    fn default() -> Policy {
        Policy {
            running_records_min: 65_536,
            closing_records_min: 1_024,
            interval: Duration::from_secs(60),
        }
    }
}

impl Policy {
    /// Whether a snapshot is due while the kernel runs.
    pub(crate) fn is_due(&self, newest: Option<Seq>, published: &Published) -> bool {
        let records = records_since(newest, published);
        records >= self.running_records_min && records >= published.state.entries()
    }

    /// Whether a snapshot is due when the kernel stops.
    pub(crate) fn is_due_at_close(&self, newest: Option<Seq>, published: &Published) -> bool {
        records_since(newest, published) >= self.closing_records_min
    }

    /// The record from which on a snapshot may be due after `newest`.
    pub(crate) fn earliest(&self, newest: Option<Seq>) -> Seq {
        let known = newest.map_or(0, |newest| newest.0.saturating_add(1));
        Seq(known.saturating_add(self.running_records_min).saturating_sub(1))
    }
}

fn records_since(newest: Option<Seq>, published: &Published) -> u64 {
    let known = newest.map_or(0, |newest| newest.0.saturating_add(1));
    published.head.seq.0.saturating_add(1).saturating_sub(known)
}

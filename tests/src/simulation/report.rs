//! What happened in a storm.

use std::ops::AddAssign;
use weft_projections::Digest;

/// What happened, and a digest of every byte that was left.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Report {
    pub(crate) seeds: u64,
    pub(crate) records: u64,
    pub(crate) acknowledged: u64,
    pub(crate) repeated: u64,
    /// Of those, by an id that was in memory no more.
    pub(crate) repeated_late: u64,
    pub(crate) ids_unknown: u64,
    pub(crate) unread: u64,
    pub(crate) conflicts: u64,
    pub(crate) refused: u64,
    pub(crate) crashes: u64,
    pub(crate) failed_commits: u64,
    pub(crate) torn_tails: u64,
    pub(crate) flips_found: u64,
    pub(crate) out_of_space: u64,
    pub(crate) lies_survived: u64,
    pub(crate) lies_detected: u64,
    pub(crate) tended: u64,
    pub(crate) closed: u64,
    pub(crate) derived_lost: u64,
    pub(crate) from_snapshots: u64,
    pub(crate) held: u64,
    /// Records whose blobs were read back.
    pub(crate) blobs: u64,
    /// Blobs that the disk did not take.
    pub(crate) unstored: u64,
    pub(crate) bytes: Vec<Digest>,
}

impl Report {
    pub(crate) fn add(&mut self, other: &Report) {
        self.seeds.add_assign(other.seeds);
        self.records.add_assign(other.records);
        self.acknowledged.add_assign(other.acknowledged);
        self.repeated.add_assign(other.repeated);
        self.repeated_late.add_assign(other.repeated_late);
        self.ids_unknown.add_assign(other.ids_unknown);
        self.unread.add_assign(other.unread);
        self.conflicts.add_assign(other.conflicts);
        self.refused.add_assign(other.refused);
        self.crashes.add_assign(other.crashes);
        self.failed_commits.add_assign(other.failed_commits);
        self.torn_tails.add_assign(other.torn_tails);
        self.flips_found.add_assign(other.flips_found);
        self.out_of_space.add_assign(other.out_of_space);
        self.lies_survived.add_assign(other.lies_survived);
        self.lies_detected.add_assign(other.lies_detected);
        self.held.add_assign(other.held);
        self.from_snapshots.add_assign(other.from_snapshots);
        self.derived_lost.add_assign(other.derived_lost);
        self.closed.add_assign(other.closed);
        self.tended.add_assign(other.tended);
        self.blobs.add_assign(other.blobs);
        self.unstored.add_assign(other.unstored);
    }

    /// A storm in which something never happens tests nothing.
    pub(crate) fn assert_everything_happened(&self) {
        let counts = [
            self.records,
            self.acknowledged,
            self.repeated,
            self.repeated_late,
            self.ids_unknown,
            self.unread,
            self.conflicts,
            self.refused,
            self.crashes,
            self.failed_commits,
            self.torn_tails,
            self.flips_found,
            self.out_of_space,
            self.lies_survived,
            self.lies_detected,
            self.held,
            self.from_snapshots,
            self.derived_lost,
            self.closed,
            self.tended,
            self.blobs,
            self.unstored,
        ];
        assert!(self.unread < self.repeated, "repetitions are hardly ever answered: {self:#?}");
        assert!(counts.iter().all(|count| *count > 0), "something never happened: {self:#?}");
    }
}

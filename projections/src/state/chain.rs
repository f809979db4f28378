//! What the log says about itself: its keys, what of it was redacted, and what was claimed about State.

use imbl::{OrdMap, OrdSet};
use minicbor::{Decode, Encode};

use crate::events::{KernelSnapshotClaimed, LogGenesis, LogKeyRotated, LogRedacted};
use crate::limits::{LOG_KEYS_MAX, REDACTIONS_MAX};
use crate::{Digest, Record, Seq};

/// The claim that State as of a record has a root.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Claim {
    /// The last record that is folded into that State.
    #[n(0)]
    pub seq: Seq,
    /// Version of the meaning of that State.
    #[n(1)]
    pub state_version: u32,
    /// Its root.
    #[n(2)]
    pub root: Digest,
}

/// What the log says about itself.
///
/// A fork holds records of the log that it comes from. Redactions among them stand, since what they erased is erased here, too;
/// rotations and claims among them are about the other log and are passed over.
#[derive(Clone, Debug, Default)]
pub struct Chain {
    /// Each key of the log with the record that brought it.
    pub(super) keys: OrdMap<Seq, Digest>,
    /// The last record that was taken over from another log.
    pub(super) copied: Option<Seq>,
    pub(super) redacted: OrdSet<Seq>,
    pub(super) redacted_total: u64,
    pub(super) last_snapshot: Option<Claim>,
}

impl Chain {
    /// The public key that signs checkpoints of the log as it is now; zeros before genesis.
    #[must_use]
    pub fn key(&self) -> Digest {
        self.keys.get_max().map(|(_, key)| *key).unwrap_or_default()
    }

    /// Each public key that the log has had, with the record that brought it, oldest first; at most `LOG_KEYS_MAX`.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = (Seq, Digest)> {
        self.keys.iter().map(|(seq, key)| (*seq, *key))
    }

    /// For a fork, the last record that was taken over from the other log.
    #[must_use]
    pub const fn copied(&self) -> Option<Seq> {
        self.copied
    }

    /// Whether a redaction of this record's payload is on the chain; those beyond `REDACTIONS_MAX` are not remembered here.
    #[must_use]
    pub fn is_redacted(&self, seq: Seq) -> bool {
        self.redacted.contains(&seq)
    }

    /// The records whose payloads were redacted, ascending; at most `REDACTIONS_MAX`.
    pub fn redacted(&self) -> impl ExactSizeIterator<Item = Seq> {
        self.redacted.iter().copied()
    }

    /// Redactions since the log began.
    #[must_use]
    pub const fn redacted_total(&self) -> u64 {
        self.redacted_total
    }

    /// The last claim about State.
    #[must_use]
    pub const fn last_snapshot(&self) -> Option<Claim> {
        self.last_snapshot
    }

    pub(super) fn found(&mut self, record: &Record, genesis: &LogGenesis) {
        self.keys.insert(record.seq, genesis.log_key);
        self.copied = genesis.fork.map(|fork| fork.seq);
    }

    pub(super) fn redact(&mut self, record: &Record, event: &LogRedacted) {
        if event.seq >= record.seq || self.is_redacted(event.seq) {
            return;
        }
        self.redacted_total = self.redacted_total.saturating_add(1);
        if self.redacted.len() < REDACTIONS_MAX {
            self.redacted.insert(event.seq);
        }
    }

    pub(super) fn rotate(&mut self, record: &Record, event: &LogKeyRotated) {
        let last = self.keys.get_max().map(|(seq, _)| *seq);
        let is_next = last.is_some_and(|last| last < record.seq);
        if is_next && !self.is_copied(record) && self.keys.len() < LOG_KEYS_MAX {
            self.keys.insert(record.seq, event.new_key);
        }
    }

    pub(super) fn claim(&mut self, record: &Record, event: &KernelSnapshotClaimed) {
        let KernelSnapshotClaimed { seq, state_version, root } = *event;
        let is_newer = self.last_snapshot.is_none_or(|last| last.seq < seq);
        if is_newer && seq < record.seq && !self.is_copied(record) {
            self.last_snapshot = Some(Claim { seq, state_version, root });
        }
    }

    fn is_copied(&self, record: &Record) -> bool {
        self.copied.is_some_and(|copied| record.seq <= copied)
    }
}

//! Erased payloads whose redaction has not come yet.

use std::collections::BTreeSet;

use crate::frame::Checked;
use crate::reason::Reason;

/// The positions of erased payloads that no record so far accounts for.
#[derive(Debug, Default)]
pub(super) struct Unproven(BTreeSet<u64>);

impl Unproven {
    /// Takes the next record.
    pub(super) fn take(&mut self, checked: &Checked) {
        self.note(checked.header.seq, checked.erased, checked.redacts);
    }

    /// Takes the next record by its position, whether its payload is erased, and the position
    /// whose payload it erases.
    pub(super) fn note(&mut self, seq: u64, erased: bool, redacts: Option<u64>) {
        if erased {
            self.0.insert(seq);
        }
        if let Some(target) = redacts {
            self.0.remove(&target);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Once everything was read: the first payload that nothing accounts for.
    pub(super) fn first(&self) -> Option<(u64, Reason)> {
        self.0.first().map(|seq| (*seq, Reason::ErasedWithoutRecord))
    }
}

//! Erased payloads whose redaction has not come yet.

use std::collections::BTreeSet;

use crate::frame::Checked;
use crate::reason::Reason;
use crate::scan::{REMEMBERED_MAX, Standing};

/// The positions of erased payloads that no record so far accounts for: the first of them, as many as
/// one reading remembers. The rest is found when what was written is read back.
#[derive(Debug, Default)]
pub(super) struct Unproven {
    first: BTreeSet<u64>,
    /// Where what is not remembered begins.
    beyond: Option<u64>,
}

impl Unproven {
    /// Takes the next record.
    pub(super) fn take(&mut self, checked: &Checked) {
        let erased = checked.payload != Standing::Good;
        self.note(checked.header.seq, erased, checked.redacts);
    }

    /// Takes the next record by its position, whether its payload is erased, and the position
    /// whose payload it erases.
    pub(super) fn note(&mut self, seq: u64, erased: bool, redacts: Option<u64>) {
        if erased && self.beyond.is_none_or(|beyond| seq < beyond) {
            self.first.insert(seq);
            if self.first.len() > REMEMBERED_MAX {
                self.beyond = self.first.pop_last();
            }
        }
        if let Some(target) = redacts {
            self.first.remove(&target);
        }
    }

    /// Whether everything so far is accounted for, as far as it is known.
    pub(super) fn is_empty(&self) -> bool {
        self.first.is_empty() && self.beyond.is_none()
    }

    /// Once everything was read: the first payload that nothing accounts for.
    pub(super) fn first(&self) -> Option<(u64, Reason)> {
        self.first.first().map(|seq| (*seq, Reason::ErasedWithoutRecord))
    }
}

//! Which payloads are erased or doubtful, and which of them a redaction accounts for (FORMAT.md 6).
//!
//! A payload's redaction may come any number of records later, so what is not accounted for yet has
//! to be remembered. So that memory does not grow with the log, only the first
//! [`REMEMBERED_MAX`] of them are: the others are left to another reading of the log, which begins
//! where this one's window ends.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::frame::Checked;
use crate::reason::Reason;
use crate::scan::chunk::Cursor;
use crate::scan::doubt::{Doubt, Standing};

/// Most payloads that one reading of a log remembers: about 12 MiB. The crate's own tests remember so
/// few that small logs need several readings.
pub(crate) const REMEMBERED_MAX: usize = if cfg!(test) { 8 } else { 1 << 18 };

/// What is known of one payload.
#[derive(Clone, Copy, Debug)]
enum Account {
    /// It is erased, and no redaction has come yet.
    Erased(Cursor),
    /// It is doubtful, and no redaction has come yet.
    Doubtful(Cursor, Doubt),
    /// A redaction names it, and it was not seen erased before.
    Redacted,
}

/// The accounts of payloads at positions in a window.
#[derive(Debug)]
pub(crate) struct Accounts {
    window: Range<u64>,
    open: BTreeMap<u64, Account>,
}

impl Accounts {
    /// The accounts of payloads from a position on.
    pub(crate) fn starting(start: u64) -> Accounts {
        Accounts { window: start..u64::MAX, open: BTreeMap::new() }
    }

    /// Takes the next record, which stands at `at`.
    pub(crate) fn take(&mut self, at: Cursor, checked: &Checked) {
        let seq = checked.header.seq;
        match checked.payload {
            Standing::Good => {}
            Standing::Erased => self.put(seq, Account::Erased(at)),
            Standing::Doubtful(doubt) => self.put(seq, Account::Doubtful(at, doubt)),
        }
        let Some(target) = checked.redacts else { return };
        match self.open.get(&target) {
            Some(Account::Erased(_)) => drop(self.open.remove(&target)),
            Some(Account::Doubtful(..) | Account::Redacted) | None => {
                self.put(target, Account::Redacted);
            }
        }
    }

    fn put(&mut self, seq: u64, account: Account) {
        if !self.window.contains(&seq) {
            return;
        }
        self.open.insert(seq, account);
        if self.open.len() > REMEMBERED_MAX
            && let Some((last, _)) = self.open.pop_last()
        {
            self.window.end = last;
        }
    }

    /// The first payload that no redaction accounts for, and the rule that this breaks.
    pub(crate) fn unaccounted(&self) -> Option<(u64, Cursor, Reason)> {
        self.open.iter().find_map(|(seq, account)| match account {
            Account::Erased(at) => Some((*seq, *at, Reason::ErasedWithoutRecord)),
            Account::Doubtful(at, doubt) => Some((*seq, *at, doubt.reason())),
            Account::Redacted => None,
        })
    }

    /// The payloads that were redacted and perhaps not erased, in order.
    pub(crate) fn redacted(&self) -> impl Iterator<Item = u64> {
        let redacted = |(seq, account): (&u64, &Account)| match account {
            Account::Redacted => Some(*seq),
            Account::Erased(_) | Account::Doubtful(..) => None,
        };
        self.open.iter().filter_map(redacted)
    }

    /// Where another reading has to begin, if this one could not remember everything.
    pub(crate) fn rest(&self) -> Option<u64> {
        Some(self.window.end).filter(|end| *end != u64::MAX)
    }
}

//! What can be made to go wrong, and when.

use std::collections::BTreeMap;
use std::io;

/// A kind of operation that faults are planned for and counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operation {
    /// Reading bytes.
    Read,
    /// Writing bytes.
    Write,
    /// Making a file's bytes durable.
    Sync,
    /// Making a directory's names durable.
    SyncDir,
    /// Cutting or extending a file.
    SetLen,
    /// Reserving room.
    Reserve,
    /// Making a file.
    Create,
    /// Renaming a file.
    Rename,
    /// Removing a file.
    Remove,
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The operation fails with an input/output error and does nothing.
    Fail,
    /// The operation fails for lack of space and does nothing.
    NoSpace,
    /// A write stores only its first bytes and then fails.
    Short {
        /// How many bytes it stores.
        bytes: u64,
    },
    /// The operation reports success and does nothing.
    Lie,
    /// A sync fails, and what it should have covered is taken for clean: no later sync writes it,
    /// though it can still be read, as after an error of a page cache's write-back.
    Forget,
    /// A write reports success and goes elsewhere in the file.
    Misdirect {
        /// Where the bytes go.
        offset: u64,
    },
}

/// The faults to come, and counts of what was done.
#[derive(Clone, Debug, Default)]
pub(super) struct Plan {
    counts: BTreeMap<Operation, u64>,
    planned: BTreeMap<(Operation, u64), Fault>,
    /// How many more changes the disk takes before the power goes.
    pub(super) changes_left: Option<u64>,
    pub(super) changes: u64,
}

impl Plan {
    /// Plans a fault for the `nth` operation of a kind from now on, counted from 0.
    pub(super) fn inject(&mut self, operation: Operation, nth: u64, fault: Fault) {
        let from = self.counts.get(&operation).copied().unwrap_or(0);
        self.planned.insert((operation, from + nth), fault);
    }

    /// Counts an operation; the fault it meets, if any.
    ///
    /// # Errors
    /// When the power is gone.
    pub(super) fn meet(&mut self, operation: Operation) -> io::Result<Option<Fault>> {
        let count = self.counts.entry(operation).or_insert(0);
        let fault = self.planned.remove(&(operation, *count));
        *count += 1;
        if operation != Operation::Read {
            self.change()?;
        } else if self.changes_left == Some(0) {
            return Err(power_lost());
        }
        Ok(fault)
    }

    fn change(&mut self) -> io::Result<()> {
        match &mut self.changes_left {
            Some(0) => return Err(power_lost()),
            Some(left) => *left -= 1,
            None => {}
        }
        self.changes += 1;
        Ok(())
    }

    pub(super) fn count(&self, operation: Operation) -> u64 {
        self.counts.get(&operation).copied().unwrap_or(0)
    }

    /// A crash ends every plan.
    pub(super) fn clear(&mut self) {
        self.planned.clear();
        self.changes_left = None;
    }
}

pub(super) fn power_lost() -> io::Error {
    io::Error::other("the power is gone")
}

pub(super) fn input_output() -> io::Error {
    io::Error::other("injected input/output error")
}

//! The answer of `weft log`.

use super::Out;
use super::json::Record;
use super::summary::{ruled, summary};
use super::table::{Columns, Mark};
use crate::error::Error;
use crate::when::rfc3339;
use weft_ledger::Entry;
use weft_projections::Verdict;
use weft_runtime::RecordView;

/// Rows that a table holds before it is printed: longer answers come in several tables, so that
/// memory does not depend on their length.
const TABLE_ROWS_MAX: usize = 1_000;

const TITLES: [&str; 6] = ["SEQ", "TIME", "ACTOR", "ACTION", "VERDICT", "WHAT"];

/// A stream of records.
pub(crate) struct Records<'a> {
    out: &'a Out,
    columns: Columns,
    rows: usize,
}

impl<'a> Records<'a> {
    pub(crate) fn new(out: &'a Out) -> Records<'a> {
        Records { out, columns: Columns::new(out, &TITLES), rows: 0 }
    }

    /// Prints a record, sooner or later.
    ///
    /// # Errors
    /// As [`Out::bytes`].
    pub(crate) fn push(&mut self, entry: &Entry<'_>, view: &RecordView) -> Result<(), Error> {
        if self.out.is_json() {
            return self.out.json(&Record::new(entry, view));
        }
        if self.rows == TABLE_ROWS_MAX {
            std::mem::replace(&mut self.columns, Columns::new(self.out, &[])).print(self.out)?;
            self.rows = 0;
        }
        self.rows += 1;
        self.columns.marked_row([
            (view.record.seq.to_string(), Mark::Plain),
            (rfc3339(view.record.time), Mark::Plain),
            (view.record.actor.to_string(), Mark::Plain),
            (view.record.kind.to_string(), Mark::Plain),
            (ruled(&view.ruling).to_owned(), mark(view)),
            (summary(view), Mark::Plain),
        ]);
        Ok(())
    }

    /// Prints what is left.
    ///
    /// # Errors
    /// As [`Out::bytes`].
    pub(crate) fn finish(self) -> Result<(), Error> {
        if self.out.is_json() { Ok(()) } else { self.columns.print(self.out) }
    }
}

fn mark(view: &RecordView) -> Mark {
    match view.record.verdict {
        _ if view.record.rejected => Mark::Alarm,
        Verdict::Permit => Mark::Plain,
        Verdict::Warn | Verdict::Defer => Mark::Notice,
        Verdict::Deny => Mark::Alarm,
    }
}

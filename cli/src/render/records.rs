//! The answer of `weft log`.

use super::summary::{ruled, summary};
use super::table::{Columns, Mark};
use super::{Document, Out};
use crate::error::Error;
use weft_runtime::api::json::Record;

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
    /// As [`Out::bytes`], and [`Error::Garbled`].
    pub(crate) fn push(&mut self, document: Document<Record>) -> Result<(), Error> {
        if self.out.is_json() {
            return self.out.json(&document);
        }
        if self.rows == TABLE_ROWS_MAX {
            std::mem::replace(&mut self.columns, Columns::new(self.out, &[])).print(self.out)?;
            self.rows = 0;
        }
        self.rows += 1;
        let record = document.open()?;
        self.columns.marked_row([
            (record.seq.to_string(), Mark::Plain),
            (record.time.clone(), Mark::Plain),
            (record.actor.clone(), Mark::Plain),
            (record.kind.clone(), Mark::Plain),
            (ruled(&record.decision).to_owned(), mark(&record)),
            (summary(&record), Mark::Plain),
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

pub(super) fn mark(record: &Record) -> Mark {
    match (&record.rejected, &*record.verdict) {
        (Some(_), _) => Mark::Alarm,
        (None, "permit") => Mark::Plain,
        (None, "warn" | "defer") => Mark::Notice,
        (None, _) => Mark::Alarm,
    }
}

//! An export, line by line.

use std::io::{self, BufRead};

use crate::error::{Error, Result};
use crate::frame::{Checked, Stored};
use crate::reason::Reason;
use crate::record::Header;
use crate::transfer::Problem;
use crate::transfer::line::{FirstLine, LINE_BYTES_MAX, LastLine, Raw, compare, write_record};

/// What an error calls the file.
const EXPORT: &str = "the export";

/// Reads an export.
pub(super) struct Lines<'a> {
    input: &'a mut dyn BufRead,
    /// The line that was read last, without its end.
    line: Vec<u8>,
    /// Its number, from 1.
    number: u64,
    /// The record that it should hold.
    seq: Option<u64>,
    /// The line as an export writes it.
    again: String,
}

/// What the caller makes of a record: the record if it is good.
pub(super) type Take<'a> =
    &'a mut dyn FnMut(&Stored<'_>) -> Result<std::result::Result<Checked, Reason>>;

impl<'a> Lines<'a> {
    pub(super) fn new(input: &'a mut dyn BufRead) -> Lines<'a> {
        Lines { input, line: Vec::new(), number: 0, seq: None, again: String::new() }
    }

    /// Reads the first line, which must announce at least one record.
    pub(super) fn first(&mut self) -> Result<FirstLine> {
        self.next()?;
        let parsed = FirstLine::parse(&self.line, &mut self.again);
        let first = parsed.map_err(|problem| self.error(problem))?;
        let FirstLine { first: start, end, .. } = first;
        if start < end {
            return Ok(first);
        }
        Err(self.error(Problem::Empty { first: start, end }))
    }

    /// Reads the records that the first line announced and the last line; everything about the
    /// lines is held to what an export has, and the records go to `take`. The last line is held to
    /// `link` of the last record.
    pub(super) fn records(
        &mut self,
        first: &FirstLine,
        take: Take<'_>,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<()> {
        let records = first.end - first.first;
        let mut raw = Raw::default();
        let mut last = None;
        for seq in first.first..first.end {
            self.seq = Some(seq);
            self.next()?;
            let checked = self.record(&mut raw, take)?;
            if seq == 0 && checked.link != first.log_id {
                let (found, expected) = (checked.link, first.log_id);
                return Err(self.error(Problem::LogId { found, expected }));
            }
            last = Some(checked.link);
            progress(seq - first.first + 1, records);
        }
        self.seq = None;
        self.next()?;
        let end = LastLine::parse(&self.line).map_err(|problem| self.error(problem))?;
        if end.records != records {
            let (found, expected) = (end.records, records);
            return Err(self.error(Problem::Records { found, expected }));
        }
        if let Some(expected) = last.filter(|expected| *expected != end.link) {
            return Err(self.error(Problem::Link { found: end.link, expected }));
        }
        self.end()
    }

    fn record(&mut self, raw: &mut Raw, take: Take<'_>) -> Result<Checked> {
        let parsed = raw.parse(&self.line).and_then(|()| raw.stored());
        let stored = parsed.map_err(|problem| self.error(problem))?;
        let header = Header::decode(stored.header);
        let header = header.map_err(|reason| self.error(Problem::Record(reason)))?;
        write_record(&mut self.again, &header, &stored);
        compare(&self.line, &self.again).map_err(|problem| self.error(problem))?;
        take(&stored)?.map_err(|reason| self.error(Problem::Record(reason)))
    }

    /// The error for the line that was read last.
    pub(super) fn error(&self, problem: Problem) -> Error {
        Error::Export { line: self.number, seq: self.seq, problem: Box::new(problem) }
    }

    /// The error for the line of a record that was read before.
    pub(super) fn error_at(&self, seq: u64, problem: Problem) -> Error {
        Error::Export { line: seq + 2, seq: Some(seq), problem: Box::new(problem) }
    }

    /// Reads the next line.
    fn next(&mut self) -> Result<()> {
        self.number += 1;
        self.line.clear();
        loop {
            let held = match self.input.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                held => held.map_err(Error::io("read", EXPORT))?,
            };
            if held.is_empty() {
                let problem = if self.line.is_empty() { Problem::Ended } else { Problem::Cut };
                return Err(self.error(problem));
            }
            let end = held.iter().position(|byte| *byte == b'\n');
            let part = held.get(..end.unwrap_or(held.len())).unwrap_or_default();
            if self.line.len() + part.len() > LINE_BYTES_MAX {
                return Err(self.error(Problem::Long { bytes_max: LINE_BYTES_MAX as u64 }));
            }
            self.line.extend_from_slice(part);
            let used = part.len() + usize::from(end.is_some());
            self.input.consume(used);
            if end.is_some() {
                return Ok(());
            }
        }
    }

    /// Fails unless the file ends here.
    fn end(&mut self) -> Result<()> {
        loop {
            match self.input.fill_buf() {
                Ok([]) => return Ok(()),
                Ok(_) => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Error::io("read", EXPORT)(error)),
            }
        }
        self.number += 1;
        Err(self.error(Problem::Trailing))
    }
}

//! Writing records as JSON Lines (docs/format.md, export).

use std::io;
use std::ops::Range;

use crate::checkpoint::Checkpoint;
use crate::error::{Error, Integrity, Result};
use crate::frame::{Payload, Stored};
use crate::hash::Digest;
use crate::reader::Reader;
use crate::reason::Reason;
use crate::storage::Storage;
use crate::transfer::line::{FirstLine, LastLine, write_record};

/// What is exported.
#[derive(Clone)]
pub struct ExportOptions<'a> {
    /// The records; what lies beyond the head is left out.
    pub range: Range<u64>,
    /// A checkpoint to go with them, unless it is of more records than lie before their end.
    pub checkpoint: Option<&'a Checkpoint>,
    /// Positions whose payload goes out as erased although it is still there: those whose
    /// redaction is pending.
    pub is_withheld: &'a dyn Fn(u64) -> bool,
}

/// What an export amounts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exported {
    /// How many records.
    pub records: u64,
    /// Position of the first.
    pub first: u64,
    /// Position after the last.
    pub end: u64,
    /// Bytes that were written.
    pub bytes: u64,
    /// The link of the last record.
    pub link: Digest,
}

/// Writes records to `out`, each checked as it is read and against the one before. Blobs are not
/// part of an export. `progress` hears how many records of how many are done.
///
/// # Errors
/// [`Error::NoRecords`] if there is none in the range, [`Error::Integrity`] for a record that is
/// not good, or what storage and `out` say; then what was written lacks its last line.
pub fn export<S: Storage>(
    reader: &Reader<S>,
    options: &ExportOptions<'_>,
    out: &mut dyn io::Write,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Exported> {
    let Range { start: first, end } = options.range;
    let size = reader.head().size;
    let none = Error::NoRecords { start: first, end, size };
    let end = end.min(size);
    let Some(genesis) = reader.read(0)?.filter(|_| first < end) else { return Err(none) };
    let checkpoint = options.checkpoint.filter(|note| note.head().size <= end).cloned();
    let mut line = String::new();
    let mut bytes = 0;
    let mut put = |line: &mut String| {
        line.push('\n');
        bytes += line.len() as u64;
        out.write_all(line.as_bytes()).map_err(Error::io("write", "the export"))
    };
    FirstLine { log_id: genesis.link, first, end, checkpoint }.write(&mut line);
    put(&mut line)?;
    let (mut next, mut last) = (first, None);
    for entry in reader.range(first..end) {
        let entry = entry?;
        if last.is_some_and(|link| link != entry.header.prev) {
            let (segment, offset) = (entry.segment.to_string(), entry.offset);
            let (seq, reason) = (entry.header.seq, Reason::Prev);
            return Err(Error::Integrity(Integrity { segment, offset, seq, reason }));
        }
        let withheld = entry.header.has_payload && (options.is_withheld)(entry.header.seq);
        let record = Stored {
            header: entry.header_bytes(),
            salt: entry.core_salt(),
            core: entry.core(),
            payload: if withheld { Payload::Erased } else { entry.payload() },
        };
        write_record(&mut line, &entry.header, &record);
        put(&mut line)?;
        (next, last) = (next + 1, Some(entry.link));
        progress(next - first, end - first);
    }
    let Some(link) = last.filter(|_| next == end) else {
        return Err(Error::Short { found: next, expected: end });
    };
    let records = end - first;
    LastLine { records, link }.write(&mut line);
    put(&mut line)?;
    out.flush().map_err(Error::io("write", "the export"))?;
    Ok(Exported { records, first, end, bytes, link })
}

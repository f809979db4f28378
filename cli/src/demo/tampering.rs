//! A bit flipped in a copy of the log, and where verification finds it.

use super::Error;
use super::story::Tampering;
use std::fs::{self, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::Path;
use weft_ledger::storage::Files;
use weft_ledger::{Entry, Integrity, VerifyOptions, verify};
use weft_projections::{Seq, Verdict};

/// Where a frame holds the verdict: sixteen bytes of frame, then byte 6 of the header (docs/format.md 1 and 3).
const VERDICT_OFFSET: u64 = 16 + 6;
/// Turns the number of `deny`, 3, into that of `warn`, 1.
const MASK: u8 = 0b10;

/// Copies the log of `data_dir` below `temporary`, turns the denial in `entry` into a warning there by one
/// bit, and verifies the copy.
///
/// # Errors
/// [`Error::NotFound`] when verification says anything but the record, the segment and the offset of `entry`.
pub(crate) fn flip(
    data_dir: &Path,
    temporary: &Path,
    entry: &Entry<'_>,
) -> Result<Tampering, Error> {
    let place = tempfile::tempdir_in(temporary);
    let place = place.map_err(|source| Error::files(temporary, source))?;
    copy_log(data_dir, place.path())?;
    let byte_offset = entry.offset + VERDICT_OFFSET;
    let segment = place.path().join(&*entry.segment);
    let (before, after) =
        flip_byte(&segment, byte_offset).map_err(|source| Error::files(&segment, source))?;
    let flipped = Seq(entry.header.seq);
    let not_found = |found: String| Error::NotFound { flipped, found };
    match verify(&Files::new(place.path()), VerifyOptions::default(), &mut |_, _| ()) {
        Err(weft_ledger::Error::Integrity(found)) if is_at(&found, entry) => Ok(Tampering {
            seq: flipped.0,
            segment: entry.segment.to_string(),
            frame_offset: entry.offset,
            byte_offset,
            verdict_before: verdict(before),
            verdict_after: verdict(after),
            found: found.to_string(),
        }),
        Err(other) => Err(not_found(other.to_string())),
        Ok(report) => Err(not_found(format!("all {} records verified", report.head.size))),
    }
}

fn is_at(found: &Integrity, entry: &Entry<'_>) -> bool {
    found.seq == entry.header.seq
        && found.offset == entry.offset
        && *found.segment == *entry.segment
}

fn copy_log(data_dir: &Path, place: &Path) -> Result<(), Error> {
    let (from, to) = (data_dir.join("log"), place.join("log"));
    let copied = fs::create_dir(&to).and_then(|()| {
        for file in fs::read_dir(&from)? {
            let file = file?;
            fs::copy(file.path(), to.join(file.file_name()))?;
        }
        Ok(())
    });
    copied.map_err(|source| Error::files(&from, source))
}

fn flip_byte(segment: &Path, offset: u64) -> std::io::Result<(u8, u8)> {
    let file = OpenOptions::new().read(true).write(true).open(segment)?;
    let mut byte = [0];
    file.read_exact_at(&mut byte, offset)?;
    let [before] = byte;
    let after = before ^ MASK;
    file.write_all_at(&[after], offset)?;
    Ok((before, after))
}

fn verdict(number: u8) -> String {
    Verdict::try_from_u8(number)
        .map_or_else(|error| error.to_string(), |verdict| verdict.to_string())
}

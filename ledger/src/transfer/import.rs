//! Making a log out of an export, and checking an export alone.

use std::io::BufRead;

use crate::checkpoint::{CHECKPOINTS_FILE, Checkpoint};
use crate::error::{Error, Result};
use crate::frame::{Stored, encode_stored};
use crate::hash::Digest;
use crate::index::Head;
use crate::limits::Limits;
use crate::log::{Nonces, check_limits};
use crate::record::Header;
use crate::scan::Chain;
use crate::segment::Nonce;
use crate::storage::Storage;
use crate::transfer::Problem;
use crate::transfer::line::FirstLine;
use crate::transfer::lines::Lines;
use crate::transfer::packer::{Packer, check, frame_bytes};
use crate::transfer::stage::Stage;

/// How an export is imported.
#[derive(Clone, Copy, Debug, Default)]
pub struct ImportOptions {
    /// What the segments are kept to.
    pub limits: Limits,
    /// The log that it has to be of, if that is known.
    pub log_id: Option<Digest>,
}

/// What was imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The last record: the same link as in the log that was exported.
    pub head: Head,
    /// The link of record 0.
    pub log_id: Digest,
    /// The checkpoint that came with the records: signed by the key that its size needs, over the
    /// tree of these records. It was kept.
    pub checkpoint: Option<Checkpoint>,
}

/// What an export that is good amounts to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedExport {
    /// Position of the first record.
    pub first: u64,
    /// Position after the last.
    pub end: u64,
    /// The log that it says it is of: proved by record 0 only, if that is in it.
    pub log_id: Digest,
    /// `prev` of the first record: the link of the record before.
    pub prev: Digest,
    /// The link of the last record.
    pub link: Digest,
    /// The checkpoint, which is a note of no more records than there are. Its signatures and its
    /// root were not looked at.
    pub checkpoint: Option<Checkpoint>,
}

/// Makes the log that a whole export is of, in a directory where no log is or was. Every record is
/// checked before it is written, all of them again once they are durable, together with the
/// checkpoint that came with them: its signature by the key that record 0 and the rotations up to
/// its size name, and its root. Only then is there a log. `progress` hears how many records of how
/// many are done.
///
/// # Errors
/// [`Error::Export`] with the line that is not good, [`Error::Exists`], [`Error::Locked`],
/// [`Error::Limits`], or what input and storage say. Then there is no log, and what was written is
/// gone or is removed by the next attempt.
pub fn import<S: Storage>(
    storage: &S,
    options: ImportOptions,
    nonces: Nonces,
    input: &mut dyn BufRead,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Imported> {
    check_limits(&options.limits)?;
    let mut lines = Lines::new(input);
    let first = lines.first()?;
    if first.first > 0 {
        return Err(lines.error(Problem::Partial { first: first.first }));
    }
    if let Some(expected) = options.log_id.filter(|expected| *expected != first.log_id) {
        let found = first.log_id;
        return Err(lines.error(Problem::OtherLog { found, expected }));
    }
    let stage = Stage::begin(storage)?;
    let mut packer = Packer::new(stage, options.limits, nonces, first.end);
    let read = read(&mut lines, &first, &mut packer, progress);
    if let Err(error) = read {
        packer.abandon();
        return Err(error);
    }
    let head = packer.finish().map_err(of_the_checkpoint)?;
    let FirstLine { log_id, checkpoint, .. } = first;
    Ok(Imported { head, log_id, checkpoint })
}

/// What reading back finds wrong with the checkpoint is wrong with the line that it came in.
fn of_the_checkpoint(error: Error) -> Error {
    if let Error::Integrity(found) = &error
        && found.segment == CHECKPOINTS_FILE
    {
        let problem = Box::new(Problem::Checkpoint(found.reason.clone()));
        return Error::Export { line: 1, seq: None, problem };
    }
    error
}

fn read<S: Storage>(
    lines: &mut Lines<'_>,
    first: &FirstLine,
    packer: &mut Packer<S>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<()> {
    let take = &mut |record: &Stored<'_>| packer.push(record);
    lines.records(first, take, progress)?;
    if let Some((seq, reason)) = packer.unproven() {
        return Err(lines.error_at(seq, Problem::Record(reason)));
    }
    first.checkpoint.as_ref().map_or(Ok(()), |note| packer.keep_checkpoint(note))
}

/// Reads an export, of all records or some, and holds it to everything that can be judged from it
/// alone. That an erased payload was redacted may be shown only by a record after the last.
///
/// # Errors
/// [`crate::Error::Export`] with the line that is not good, or what the input says.
pub fn check_export(
    input: &mut dyn BufRead,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<CheckedExport> {
    let mut lines = Lines::new(input);
    let first = lines.first()?;
    let nonce = Nonce([0; 16]);
    let mut frame = Vec::new();
    let mut chain = None;
    let take = &mut |record: &Stored<'_>| {
        let judged = frame_bytes(record).and_then(|_| {
            frame.clear();
            encode_stored(&mut frame, &nonce, 0, record);
            let prev = Header::decode(record.header)?.prev;
            let (_, chain) =
                chain.get_or_insert_with(|| (prev, Chain::starting(first.first, prev)));
            check(&frame, &nonce, chain)
        });
        Ok(judged)
    };
    lines.records(&first, take, progress)?;
    let (prev, chain) = chain.expect("an export holds at least one record");
    let link = chain.head().link;
    let FirstLine { log_id, first, end, checkpoint } = first;
    Ok(CheckedExport { first, end, log_id, prev, link, checkpoint })
}

//! Turns decided records into frames: positions, commitments, links.

use crate::error::{Error, Result};
use crate::frame;
use crate::hash::Digest;
use crate::index::Head;
use crate::limits::{BATCH_RECORDS_MAX, Limits};
use crate::reason::Reason;
use crate::record::{Header, Pending, core_commit, core_commits, decode_core, link};
use crate::segment::Nonce;
use crate::writer::Sealed;

/// The bytes that a batch's frames take.
pub(crate) fn check_size(batch: &[Pending], limits: &Limits) -> Result<u64> {
    let records = batch.len() as u64;
    let mut bytes = 0;
    let mut fits = !batch.is_empty() && batch.len() <= BATCH_RECORDS_MAX;
    for record in batch {
        fits &= record.frame_bytes() <= limits.frame_bytes;
        bytes += record.frame_bytes();
    }
    fits &= bytes <= limits.full_batch_bytes();
    if fits { Ok(bytes) } else { Err(Error::Batch { records, bytes }) }
}

/// Appends the frames of a batch to `bytes`, with the start of each in `offsets` (relative to the
/// first) and its link in `out`; the head after the batch.
///
/// # Errors
/// [`Error::Invalid`] for a record that no reader would accept. Then `bytes`, `offsets` and `out`
/// hold the records before it.
pub(crate) fn seal(
    batch: &[Pending],
    before: Head,
    nonce: &Nonce,
    bytes: &mut Vec<u8>,
    offsets: &mut Vec<u64>,
    out: &mut Vec<Sealed>,
) -> Result<Head> {
    let start = bytes.len();
    let mut head = before;
    let commits = core_commits(batch);
    for (batch_index, (record, commit)) in (0..).zip(batch.iter().zip(commits)) {
        let invalid = |reason| Error::Invalid { seq: record.seq, reason };
        let header = committed_header(record, commit, &head).map_err(invalid)?;
        let header = header.encode();
        let link = link(&header);
        offsets.push((bytes.len() - start) as u64);
        frame::encode(bytes, nonce, batch_index, &header, record);
        out.push(Sealed { seq: record.seq, time: record.time, link });
        head = Head { size: head.size + 1, link, time: record.time };
    }
    Ok(head)
}

/// The header of the next record, held to everything that a reader will hold it to.
pub(crate) fn seal_header(record: &Pending, head: &Head) -> std::result::Result<Header, Reason> {
    committed_header(record, core_commit(&record.salt, &record.core), head)
}

/// The same, of a record whose core has that commitment.
fn committed_header(
    record: &Pending,
    core_commit: Digest,
    head: &Head,
) -> std::result::Result<Header, Reason> {
    if record.seq != head.size {
        return Err(Reason::Seq { found: record.seq, expected: head.size });
    }
    if head.size > 0 && record.time <= head.time {
        return Err(Reason::Time { found: record.time, previous: head.time });
    }
    let payload = record.payload.as_ref();
    let payload_len = payload.map_or(0, |part| part.bytes().len());
    let header = Header {
        core_version: record.core_version,
        kind: record.kind,
        verdict: record.verdict,
        rejected: record.rejected,
        has_payload: payload.is_some(),
        seq: record.seq,
        time: record.time,
        actor: record.actor,
        cause: record.cause,
        command_id: record.command_id,
        core_len: u32::try_from(record.core.len()).unwrap_or(u32::MAX),
        payload_len: u32::try_from(payload_len).unwrap_or(u32::MAX),
        core_commit,
        prev: head.link,
    };
    header.check()?;
    let core = decode_core(&header, &record.core)?;
    if core.payload_commit != payload.map(crate::record::PayloadPart::commit) {
        return Err(Reason::PayloadCommit);
    }
    Ok(header)
}

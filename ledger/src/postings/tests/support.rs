//! A log's records as tests make them up.

use std::path::{Path, PathBuf};

use crate::hash::{Digest, Hasher as _, Shake};
use crate::postings::{BLOCK_RECORDS, Direction, Filter, Opened, Posting, Reader, Result, Writer};
use crate::record::{Header, Verdict};

pub(super) const LOG: Digest = Digest([7; 32]);
pub(super) const BLOCK: u64 = BLOCK_RECORDS as u64;

pub(super) fn link_of(seq: u64) -> Digest {
    Shake::hash(&[b"link", &seq.to_be_bytes()])
}

fn stir(number: u64) -> u64 {
    let mixed = (number ^ (number >> 31)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb) >> 16
}

/// Kind 64 is common, 65 to 68 are not, 99 is once in 100,003; few are not permitted; a record has
/// at most some tens of children, some of them far away.
pub(super) fn posting(seq: u64) -> Posting {
    let number = stir(seq + 1);
    let kind = match (seq, number % 50) {
        (0, _) => 1,
        _ if seq % 100_003 == 77 => 99,
        (_, 0..46) => 64,
        (_, rest) => 65 + u16::try_from(rest - 46).unwrap(),
    };
    let verdict = match number % 1_000 {
        1 => Verdict::Deny,
        2 | 3 => Verdict::Warn,
        4 if seq.is_multiple_of(5) => Verdict::Defer,
        _ => Verdict::Permit,
    };
    let cause = match number % 7 {
        0 | 1 => seq.checked_sub(1 + number % 90),
        2 if seq > 0 => Some((number >> 8) % seq / 1_000 * 1_000),
        _ => None,
    };
    let actor = (1 << 56) + (number >> 3) % 3_000;
    Posting { seq, time: seq * 1_000 + number % 900, kind, actor, verdict, cause }
}

pub(super) fn header(posting: &Posting) -> Header {
    let Posting { seq, time, kind, actor, verdict, cause } = *posting;
    Header {
        core_version: 1,
        kind,
        verdict,
        rejected: false,
        has_payload: false,
        seq,
        time,
        actor,
        cause,
        command_id: [1; 16],
        core_len: 1,
        payload_len: 0,
        core_commit: Digest::ZERO,
        prev: Digest::ZERO,
    }
}

/// A folder for postings, and what keeps it from going.
pub(super) fn folder() -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("postings");
    (dir, path)
}

/// Opens beside a log of `size` records.
pub(super) fn open(path: &Path, size: u64) -> (Writer, Opened) {
    Writer::open(path, LOG, |seq| (seq < size).then(|| link_of(seq))).unwrap()
}

/// Adds blocks up to a number of them.
pub(super) fn add_up_to(writer: &mut Writer, blocks: u64) -> Result<()> {
    for block in writer.next_seq() / BLOCK..blocks {
        let postings: Vec<Posting> = (block * BLOCK..(block + 1) * BLOCK).map(posting).collect();
        writer.add(&postings, link_of((block + 1) * BLOCK - 1))?;
    }
    Ok(())
}

/// What a page shows: candidates that match.
pub(super) fn page(
    reader: &Reader,
    filter: &Filter,
    direction: Direction,
    limit: u64,
) -> Result<Vec<u64>> {
    let candidates = reader.candidates(filter, direction, u64::MAX)?;
    let holds = |seq: &Result<u64>| match seq {
        Ok(seq) => filter.matches(&header(&posting(*seq))),
        Err(_) => true,
    };
    candidates.filter(holds).take(usize::try_from(limit).unwrap()).collect()
}

//! The records of one log under the links of another (docs/format.md, forks).

use crate::entry::Entry;
use crate::error::{Error, Integrity, Result};
use crate::frame::{Payload, Stored};
use crate::hash::Digest;
use crate::index::Head;
use crate::limits::Limits;
use crate::log::{Nonces, check_limits};
use crate::reader::Reader;
use crate::reason::Reason;
use crate::record::{ForkFacts, Header, Pending, read_genesis};
use crate::seal::seal_header;
use crate::storage::Storage;
use crate::transfer::packer::Packer;
use crate::transfer::stage::Stage;

/// What a new log takes from an old one.
#[derive(Clone)]
pub struct Refork<'a> {
    /// Record 0 of the new log. Its time comes before that of the old log's record 1.
    pub genesis: &'a Pending,
    /// Position of the last record that the new log has from the old one.
    pub seq: u64,
    /// Positions whose payload is erased in the new log although it is still there in the old one:
    /// those whose redaction is pending.
    pub is_withheld: &'a dyn Fn(u64) -> bool,
    /// What the segments are kept to.
    pub limits: Limits,
}

/// What a fork amounts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reforked {
    /// The last record.
    pub head: Head,
    /// The link of the new record 0.
    pub log_id: Digest,
}

/// Makes a log of a new record 0, which names the place where it leaves the old log, and of the old
/// log's records 1 to `fork.seq`, which keep everything but their links, in a directory where no log
/// is or was. It needs nothing of the old log; blobs are copied with
/// [`crate::transfer::copy_blobs`], before. Whoever goes on with the new log opens it like any other,
/// with its guard.
///
/// `progress` hears how many records of how many are done.
///
/// # Errors
/// [`Error::NoRecords`] if the old log has no such record, [`Error::ForkOrigin`] if the new record 0
/// does not name that record by the old log's id, its position and its link, [`Error::Invalid`] for a record that no
/// reader of the new log would accept (record 1 when the genesis is too late, a payload that was
/// erased by a record after `fork.seq`), [`Error::Integrity`] for damage in the old log,
/// [`Error::Exists`], [`Error::Locked`], [`Error::Limits`], or what the storages say. Then there is
/// no log, and what was written is gone or is removed by the next attempt.
pub fn refork<R: Storage, S: Storage>(
    old: &Reader<R>,
    fork: &Refork<'_>,
    storage: &S,
    nonces: Nonces,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Reforked> {
    let limits = fork.limits;
    check_limits(&limits)?;
    let size = old.head().size;
    if fork.seq >= size {
        let end = fork.seq.saturating_add(1);
        return Err(Error::NoRecords { start: fork.seq, end, size });
    }
    check_origin(old, fork)?;
    let mut packer = Packer::new(Stage::begin(storage)?, limits, nonces, fork.seq + 1);
    match pack(old, fork, &mut packer, progress) {
        Ok(log_id) => packer.finish().map(|head| Reforked { head, log_id }),
        Err(error) => {
            packer.abandon();
            Err(error)
        }
    }
}

/// Whether the new record 0 names the record of the old log after which the logs part.
fn check_origin<R: Storage>(old: &Reader<R>, fork: &Refork<'_>) -> Result<()> {
    let seq = fork.seq;
    let link = |seq| old.read(seq).map(|entry| entry.map(|entry| entry.link));
    let (log_id, link) = (link(0)?, link(seq)?);
    let named = read_genesis(&fork.genesis.core).and_then(|genesis| genesis.fork);
    let expected = log_id.zip(link).map(|(log_id, link)| ForkFacts { log_id, seq, link });
    if named.is_some() && named == expected { Ok(()) } else { Err(Error::ForkOrigin { seq }) }
}

fn pack<R: Storage, S: Storage>(
    old: &Reader<R>,
    fork: &Refork<'_>,
    packer: &mut Packer<S>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Digest> {
    let size = fork.seq + 1;
    let log_id = begin(fork.genesis, packer)?;
    let mut link = log_id;
    progress(1, size);
    let (mut next, mut old_link) = (0, None);
    for entry in old.range(0..size) {
        let entry = entry?;
        let seq = entry.header.seq;
        if old_link.is_some_and(|old_link| old_link != entry.header.prev) {
            return Err(integrity(&entry, Reason::Prev));
        }
        (next, old_link) = (seq + 1, Some(entry.link));
        if seq == 0 {
            continue;
        }
        let header = Header { prev: link, ..entry.header };
        let withheld = header.has_payload && (fork.is_withheld)(seq);
        let payload = if withheld { Payload::Erased } else { entry.payload() };
        let header = header.encode();
        let record =
            Stored { header: &header, salt: entry.core_salt(), core: entry.core(), payload };
        link = packer.push(&record)?.map_err(|reason| Error::Invalid { seq, reason })?.link;
        progress(next, size);
    }
    if next != size {
        return Err(Error::Short { found: next, expected: size });
    }
    let unproven = packer.unproven();
    unproven.map_or(Ok(log_id), |(seq, reason)| Err(Error::Invalid { seq, reason }))
}

/// Pushes record 0; its link.
fn begin<S: Storage>(genesis: &Pending, packer: &mut Packer<S>) -> Result<Digest> {
    let nothing = Head { size: 0, link: Digest::ZERO, time: 0 };
    let header = seal_header(genesis, &nothing);
    let header = header.map_err(|reason| Error::Invalid { seq: genesis.seq, reason })?.encode();
    let (salt, core) = (&genesis.salt, &genesis.core[..]);
    let record = Stored { header: &header, salt, core, payload: Payload::None };
    let checked = packer.push(&record)?.map_err(|reason| Error::Invalid { seq: 0, reason })?;
    Ok(checked.link)
}

fn integrity(entry: &Entry<'_>, reason: Reason) -> Error {
    let (segment, offset) = (entry.segment.to_string(), entry.offset);
    Error::Integrity(Integrity { segment, offset, seq: entry.header.seq, reason })
}

//! The records of one log under the links of another (docs/format.md, forks).

use std::ops::ControlFlow;

use crate::entry::Entry;
use crate::error::{Error, Integrity, Result};
use crate::frame::{Payload, Stored};
use crate::index::Head;
use crate::limits::Limits;
use crate::log::{Log, Nonces, check_limits};
use crate::options::{Mode, OpenOptions, default_threads};
use crate::reader::Reader;
use crate::reason::Reason;
use crate::record::{Header, Pending};
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

/// Makes a log of a new record 0 and of the old log's records 1 to `fork.seq`, which keep everything
/// but their links, in a directory where no log is or was, and opens it for writing. It needs
/// nothing of the old log; blobs are copied with [`crate::transfer::copy_blobs`], before.
///
/// `progress` hears how many records of how many are done.
///
/// # Errors
/// [`Error::NoRecords`] if the old log has no such record, [`Error::Invalid`] for a record that no
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
) -> Result<Log<S>> {
    let limits = fork.limits;
    check_limits(&limits)?;
    let size = old.head().size;
    if fork.seq >= size {
        let end = fork.seq.saturating_add(1);
        return Err(Error::NoRecords { start: fork.seq, end, size });
    }
    let mut packer = Packer::new(Stage::begin(storage)?, limits, nonces, fork.seq + 1);
    if let Err(error) = pack(old, fork, &mut packer, progress) {
        packer.abandon();
        return Err(error);
    }
    let (_, nonces) = packer.finish()?;
    let options = OpenOptions { mode: Mode::Writer, limits, threads: default_threads() };
    let visit = &mut |_: &Entry<'_>| ControlFlow::Continue(());
    Log::open(storage.clone(), options, nonces, visit).map(|(log, _)| log)
}

fn pack<R: Storage, S: Storage>(
    old: &Reader<R>,
    fork: &Refork<'_>,
    packer: &mut Packer<S>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<()> {
    let size = fork.seq + 1;
    let mut link = begin(fork.genesis, packer)?;
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
    unproven.map_or(Ok(()), |(seq, reason)| Err(Error::Invalid { seq, reason }))
}

/// Pushes record 0; its link.
fn begin<S: Storage>(genesis: &Pending, packer: &mut Packer<S>) -> Result<crate::Digest> {
    let nothing = Head { size: 0, link: crate::Digest::ZERO, time: 0 };
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

//! Opening a log, for writing or for reading: from the newest snapshot if it can be, or else from record 0.

use crate::Error;
use crate::kernel::Fold;
use crate::platform::Platform;
use crate::snapshot::{self, Ignored, Snapshot};
use weft_ledger::{Entry, Log, Nonces, OpenOptions, Start};
use weft_projections::Seq;

/// What opening a node found.
#[derive(Debug)]
pub struct Opening {
    /// What the ledger found.
    pub log: weft_ledger::Opening,
    /// The snapshot that opening began with; `None` if everything was read.
    pub snapshot: Option<snapshot::Header>,
    /// The snapshots that could not be used, newest first, and why.
    pub passed_over: Vec<String>,
}

/// A log that is open, and what its records amount to.
pub(crate) struct Opened<P: Platform> {
    pub(crate) log: Log<P::Storage>,
    pub(crate) opening: Opening,
    pub(crate) fold: Fold,
}

/// Opens the log of `platform`. A snapshot that the log cannot be gone on with from is passed over,
/// and said so; it is the whole log then that says what is wrong.
pub(crate) fn open<P: Platform>(
    platform: &P,
    options: OpenOptions,
    nonces: &dyn Fn() -> Nonces,
) -> Result<Opened<P>, Error> {
    let mut passed_over = Vec::new();
    let mut newest = None;
    loop {
        let found = next_snapshot(platform, newest, &mut passed_over);
        let (mut fold, start) = match &found {
            Some(found) => (Fold::after(&found.state), Some(start_of(found))),
            None => (Fold::default(), None),
        };
        let (storage, guards) = (platform.storage(), platform.guards());
        let visit = &mut |entry: &Entry<'_>| fold.take(entry);
        let opened = Log::open_from(storage, guards, options, nonces(), start.as_ref(), visit);
        match (fold.outcome(opened), found) {
            (Ok((log, opening)), found) => {
                let snapshot = found.map(|found| found.header);
                let opening = Opening { log: opening, snapshot, passed_over };
                return Ok(Opened { log, opening, fold });
            }
            (Err(error), None) => return Err(error),
            (Err(error @ Error::Ledger(weft_ledger::Error::Locked { .. })), _) => {
                return Err(error);
            }
            (Err(error), Some(found)) => {
                let seq = found.header.head.seq;
                passed_over.push(format!("the snapshot of record {seq}: {error}"));
                newest = Some(seq);
            }
        }
    }
}

/// The newest snapshot before `before`, if there is one. What is wrong with others is added to
/// `passed_over`.
fn next_snapshot<P: Platform>(
    platform: &P,
    before: Option<Seq>,
    passed_over: &mut Vec<String>,
) -> Option<Snapshot> {
    let fits = |header: &snapshot::Header| before.is_none_or(|before| header.head.seq < before);
    let (found, ignored) = snapshot::newest(&platform.storage(), fits);
    if before.is_none() {
        passed_over.extend(ignored.iter().map(Ignored::to_string));
    }
    found
}

fn start_of(snapshot: &Snapshot) -> Start {
    let snapshot::Header { head, batch, .. } = snapshot.header;
    Start {
        seq: head.seq.0,
        link: weft_ledger::Digest(head.link.0),
        segment: batch.segment.0,
        offset: batch.offset,
    }
}

//! Putting a backup back.

use std::ops::ControlFlow;

use crate::error::{Error, Result};
use crate::log::{Log, refuse_contradiction};
use crate::options::OpenOptions;
use crate::scan::Listing;
use crate::storage::Storage;
use crate::tail::Tail;
use crate::transfer::Refusal;
use crate::transfer::backup::{BackedUp, backup};
use crate::verify::{Report, VerifyOptions, verify_guarded};

/// Verifies a whole backup and then copies it into a directory where no log is or was. It never
/// writes over a log, not even over an older copy of the same one. A backup that contradicts the
/// log's guard in `guards` (of a log that went on after it, above all) is not restored: it would be
/// a log that nobody may write to. It can be read where it is, and forked.
///
/// `progress` hears how much of how much is done: first bytes that are verified, then records that
/// are copied.
///
/// # Errors
/// [`Error::Integrity`] and its kin if the backup is damaged, [`Error::Restore`] if there is a log,
/// with what it is beside the backup, [`Error::Guard`] if the guard knows better,
/// [`Error::Exists`] and its kin if there are other files, or what the storages say. Nothing was changed then, or what was written is removed by the next
/// attempt.
pub fn restore<S: Storage, T: Storage>(
    source: &S,
    guards: Option<&S>,
    target: &T,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<BackedUp> {
    let report = verify_guarded(source, guards, &[], VerifyOptions::default(), progress)?;
    match &report.tail {
        Tail::Whole => {}
        Tail::Cut(torn) | Tail::Unsettled(torn) => {
            return Err(Error::Restore { refusal: Refusal::Torn { seq: torn.seq } });
        }
    }
    let listing = Listing::read(target)?;
    if listing.evidence().is_some() && !listing.is_staged() {
        let refusal = refusal(source, target, &report)?;
        return Err(Error::Restore { refusal });
    }
    refuse_contradiction(&report.watched, &report.log_id)?;
    backup(source, report.head.size, target, progress)
}

/// What the log that is there is beside the backup.
fn refusal<S: Storage, T: Storage>(source: &S, target: &T, report: &Report) -> Result<Refusal> {
    let there = open(target)?;
    if there.log_id() != report.log_id {
        let (backup, target) = (report.log_id, there.log_id());
        return Ok(Refusal::OtherLog { backup, target });
    }
    let (backup, target) = (report.head.size, there.head().size);
    let seq = backup.min(target).saturating_sub(1);
    let link_there = there.reader().read(seq)?.map(|entry| entry.link);
    let link_here = open(source)?.reader().read(seq)?.map(|entry| entry.link);
    Ok(if link_here != link_there {
        Refusal::Diverged { seq }
    } else if target > backup {
        Refusal::Newer { backup, target }
    } else {
        Refusal::Older { backup, target }
    })
}

fn open<S: Storage>(storage: &S) -> Result<Log<S>> {
    let nonces = Box::new(|| [0; 16]);
    let visit = &mut |_: &crate::Entry<'_>| ControlFlow::Continue(());
    Log::open(storage.clone(), OpenOptions::read_only(), nonces, visit).map(|(log, _)| log)
}

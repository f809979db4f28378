//! Holding a log against its own claims about State.

use crate::kernel::{Fold, decode_record};
use crate::platform::Platform;
use crate::{Error, Inspection};
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use weft_ledger::storage::Storage;
use weft_ledger::{Entry, Log, OpenOptions, Reader, kind};
use weft_projections::events::KernelSnapshotClaimed;
use weft_projections::{Digest, Event, STATE_VERSION, Seq};

/// A `kernel.snapshot` record: State as of a record has a root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// The record that claims it.
    pub record: Seq,
    /// The last record that is in that State.
    pub seq: Seq,
    /// The version of State's meaning that the root is of.
    pub state_version: u32,
    /// The root.
    pub root: Digest,
}

/// A claim that does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Divergence {
    /// The claim.
    pub claim: Claim,
    /// The root of the State that the records lead to.
    pub found: Digest,
}

/// What a replay came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replayed {
    /// How many records were checked and folded.
    pub records: u64,
    /// The root of State after the last of them.
    pub root: Digest,
    /// How many claims were compared; all of them held, but for `diverged`.
    pub compared: u64,
    /// How many claims are about another meaning of State, by its version: these cannot be compared.
    pub not_comparable: BTreeMap<u32, u64>,
    /// The first claim that does not hold: nothing after its record was folded.
    pub diverged: Option<Divergence>,
}

/// Reads the whole log of `platform`, checks every record, folds them from nothing, without any
/// snapshot, and compares every State root that the log claims and this version can compute. Runs
/// nothing, writes nothing. `progress` hears how many records of how many are folded.
///
/// # Errors
/// [`Error::Ledger`] for a log that is missing or damaged, [`Error::Unreadable`] for a record of a
/// later version. A claim that does not hold is no error: it is in [`Replayed::diverged`].
pub fn check<P: Platform>(
    platform: &P,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Replayed, Error> {
    let inspection = Inspection::open(platform)?;
    let size = inspection.published.head.seq.0.saturating_add(1);
    let mut claims = claims(inspection.reader(), size)?;
    // Those that a fork has taken over are about the State of the log that it left.
    let copied = inspection.published.state.chain.copied();
    claims.retain(|claim| copied.is_none_or(|copied| claim.record > copied));
    drop(inspection);
    let mut replay = Replay { claims, compared: 0, diverged: None };
    let not_comparable = replay.set_aside();
    let mut fold = Fold::default();
    let visit = &mut |entry: &Entry<'_>| {
        if fold.take(entry).is_break() {
            return ControlFlow::Break(());
        }
        progress(entry.header.seq.saturating_add(1).min(size), size);
        replay.compare(Seq(entry.header.seq), &fold)
    };
    // A reader makes no segment, so it needs no nonce.
    let nonces = Box::new(|| [0; 16]);
    let (storage, guards) = (platform.storage(), platform.guards());
    let opened = Log::open_guarded(storage, guards, OpenOptions::read_only(), nonces, visit);
    match fold.outcome(opened) {
        Err(Error::Ledger(weft_ledger::Error::Stopped { .. })) | Ok(_) => {}
        Err(error) => return Err(error),
    }
    let Replay { compared, diverged, .. } = replay;
    let records = fold.next().0;
    Ok(Replayed { records, root: fold.state.root(), compared, not_comparable, diverged })
}

/// What the first `size` records claim.
fn claims<S: Storage>(reader: &Reader<S>, size: u64) -> Result<Vec<Claim>, Error> {
    let mut claims = Vec::new();
    for entry in reader.range(0..size) {
        let entry = entry?;
        if entry.header.kind != kind::SNAPSHOT || !entry.header.took_effect() {
            continue;
        }
        let record = decode_record(&entry)?;
        for event in record.events {
            let Event::KernelSnapshotClaimed(claimed) = event else { continue };
            let KernelSnapshotClaimed { seq, state_version, root } = claimed;
            claims.push(Claim { record: record.seq, seq, state_version, root });
        }
    }
    Ok(claims)
}

/// The claims that are still to be compared, by the record that they are about.
struct Replay {
    claims: Vec<Claim>,
    compared: u64,
    diverged: Option<Divergence>,
}

impl Replay {
    /// Puts the claims in the order in which they are met, without those of another version; how many of
    /// each.
    fn set_aside(&mut self) -> BTreeMap<u32, u64> {
        let mut others = BTreeMap::new();
        for claim in self.claims.extract_if(.., |claim| claim.state_version != STATE_VERSION) {
            *others.entry(claim.state_version).or_insert(0) += 1;
        }
        self.claims.sort_unstable_by_key(|claim| std::cmp::Reverse((claim.seq, claim.record)));
        others
    }

    /// Compares what is claimed about State after `seq`; stops at the end, or at what does not hold.
    fn compare(&mut self, seq: Seq, fold: &Fold) -> ControlFlow<()> {
        while let Some(claim) = self.claims.pop_if(|claim| claim.seq == seq) {
            let found = fold.state.root();
            self.compared += 1;
            if found != claim.root {
                self.diverged = Some(Divergence { claim, found });
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    }
}

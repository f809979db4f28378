//! Adding ids and keeping the files few.

use std::sync::Arc;

use arc_swap::ArcSwap;

use crate::hash::Digest;
use crate::ids::build::{Builder, Entry, remove_if_there};
use crate::ids::error::{Error, Result};
use crate::ids::filter::FILTER_BYTES_MAX;
use crate::ids::fingerprint::{Keys, Seed};
use crate::ids::layout::{DIR, Identity};
use crate::ids::merge::Merging;
use crate::ids::reader::{Reader, Set};
use crate::ids::run::{Expected, Run};
use crate::ids::survey::{Dropped, Opened, Why, survey};
use crate::ids::tiers::pick;
use crate::mark::Mark;
use crate::record::Header;
use crate::storage::Storage;

/// Most ids that are added at once: what the memory of adding is bounded by.
pub const BLOCK_RECORDS_MAX: usize = 65_536;

/// Runs at which adding waits until they were merged.
pub const RUNS_MAX: usize = 64;

/// The id of one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Id {
    /// Who asked.
    pub actor: u64,
    /// The caller's idempotency key.
    pub command_id: [u8; 16],
    /// Position of the record.
    pub seq: u64,
}

impl From<&Header> for Id {
    fn from(header: &Header) -> Id {
        Id { actor: header.actor, command_id: header.command_id, seq: header.seq }
    }
}

/// How the files of ids are kept.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The seed of the fingerprints if there are no files yet; files that are there keep theirs.
    pub seed: Seed,
    /// Most bytes of filters in memory.
    pub filter_bytes_max: u64,
}

impl Options {
    /// The options of a node, with fresh random bytes.
    #[must_use]
    pub fn new(seed: [u8; 16]) -> Options {
        Options { seed: Seed(seed), filter_bytes_max: FILTER_BYTES_MAX }
    }
}

/// What came of a part of a merge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Merge {
    /// There is nothing to merge.
    Idle,
    /// There is more to do.
    Running,
    /// Some runs became one; others may be due now.
    Done,
}

/// Adds ids, merges runs and publishes them to [`Reader`]s. There is one for each data directory.
pub struct Writer<S: Storage> {
    storage: S,
    log_id: Digest,
    options: Options,
    seed: Seed,
    reader: Reader<S>,
    merging: Option<Merging<S>>,
}

impl<S: Storage> Writer<S> {
    /// Opens the files of ids. A file that is damaged, of another log, ahead of the log or not
    /// reached by those before it is removed and reported; ids from [`Opened::mark`] on are then
    /// to be added. `link_of` gives the log's own link of a record, `None` if there is no such
    /// record.
    ///
    /// # Errors
    /// [`Error::Io`] when the folder cannot be made or listed, or a file not removed.
    pub fn open(
        storage: S,
        log_id: Digest,
        options: Options,
        mut link_of: impl FnMut(u64) -> Option<Digest>,
    ) -> Result<(Writer<S>, Opened)> {
        storage.make_dir(DIR).map_err(Error::io("make", DIR))?;
        storage.sync_dir("").map_err(Error::io("sync", "the data directory"))?;
        let found = survey(&storage, log_id, &mut link_of)?;
        let (runs, mut dropped) = (found.runs, found.dropped);
        let runs = load_filters(&storage, runs, options.filter_bytes_max, &mut dropped)?;
        let seed = runs.first().map_or(options.seed, |run| run.header.identity.seed);
        let set = Set { keys: Keys::new(seed), runs: runs.into_iter().map(Arc::new).collect() };
        let reader = Reader { set: Arc::new(ArcSwap::from_pointee(set)) };
        let opened = Opened { mark: reader.mark(), dropped };
        Ok((Writer { storage, log_id, options, seed, reader, merging: None }, opened))
    }

    /// A handle for looking up ids.
    #[must_use]
    pub fn reader(&self) -> Reader<S> {
        self.reader.clone()
    }

    /// How far the files go; `None` if there are none.
    #[must_use]
    pub fn mark(&self) -> Option<Mark> {
        self.reader.mark()
    }

    /// Position of the next record whose id is to be added.
    #[must_use]
    pub fn next_seq(&self) -> u64 {
        self.mark().map_or(0, |mark| mark.size)
    }

    /// Adds the ids of the next records, at most [`BLOCK_RECORDS_MAX`], as one file, durably;
    /// `link` is that of the last record. Adding nothing does nothing. After an error nothing was
    /// added, and the same may be tried again.
    ///
    /// # Errors
    /// [`Error::NotNext`] and [`Error::BlockLarge`] for blocks that cannot be added, before
    /// anything is written; [`Error::Io`]; [`Error::Damaged`] when runs had to be merged first, or
    /// when what was written is read back otherwise.
    pub fn add(&mut self, block: &[Id], link: Digest) -> Result<()> {
        let first = self.next_seq();
        if block.len() > BLOCK_RECORDS_MAX {
            return Err(Error::BlockLarge { found: block.len() as u64 });
        }
        if let Some((id, expected)) = block.iter().zip(first..).find(|(id, next)| id.seq != *next) {
            return Err(Error::NotNext { found: id.seq, expected });
        }
        if block.is_empty() {
            return Ok(());
        }
        while self.reader.runs() >= RUNS_MAX && self.merge(u64::MAX)? != Merge::Idle {}
        let end = first + block.len() as u64;
        let path = self.write(block, self.identity(first, end, link))?;
        self.publish(&path, first, end)
    }

    /// Goes on with merging, moving at most about `entries_max` entries; at least one. To be called
    /// often enough off the hot path: about four entries for each one added keep up.
    ///
    /// # Errors
    /// [`Error::Damaged`] if a run that is merged is damaged: nothing was lost yet, but the files
    /// are to be made again ([`Writer::reset`]). [`Error::Io`]; the merge then starts over, or, if it
    /// is done but for removing the old files, these remain until the next opening.
    pub fn merge(&mut self, entries_max: u64) -> Result<Merge> {
        let mut merging = match self.merging.take() {
            Some(merging) => merging,
            None => match self.next_merge()? {
                Some(merging) => merging,
                None => return Ok(Merge::Idle),
            },
        };
        let entries_max = entries_max.max(1);
        if merging.step(entries_max)? == entries_max {
            self.merging = Some(merging);
            return Ok(Merge::Running);
        }
        let (sources, path) = merging.finish()?;
        let first = sources.first().map_or(0, |run| run.header.identity.first);
        let end = sources.last().map_or(0, |run| run.header.identity.end);
        self.publish(&path, first, end)?;
        for run in sources {
            remove_if_there(&self.storage, &run.path)?;
        }
        Ok(Merge::Done)
    }

    /// Removes every file, for making them again from record 0 on. Readers then find nothing and
    /// have no mark: nobody may take an id for fresh until the mark is back.
    ///
    /// # Errors
    /// [`Error::Io`] if a file cannot be removed.
    pub fn reset(&mut self) -> Result<()> {
        self.merging = None;
        self.seed = self.options.seed;
        let old = self.reader.set.load_full();
        let set = Set { keys: Keys::new(self.seed), runs: Vec::new() };
        self.reader.set.store(Arc::new(set));
        // The newest first: what a crash leaves still begins at record 0.
        old.runs.iter().rev().try_for_each(|run| remove_if_there(&self.storage, &run.path))?;
        self.storage.sync_dir(DIR).map_err(Error::io("sync", DIR))
    }

    fn identity(&self, first: u64, end: u64, link: Digest) -> Identity {
        let lines = Identity::lines_for(end - first);
        Identity { log_id: self.log_id, first, end, link, seed: self.seed, lines }
    }

    fn write(&self, block: &[Id], identity: Identity) -> Result<String> {
        let keys = self.reader.set.load().keys;
        let entry = |id: &Id| Entry { fingerprint: keys.of(id.actor, &id.command_id), seq: id.seq };
        let mut entries: Vec<Entry> = block.iter().map(entry).collect();
        entries.sort_unstable();
        let mut builder = Builder::new(&self.storage, identity)?;
        entries.iter().try_for_each(|entry| builder.push(entry))?;
        builder.finish()
    }

    fn next_merge(&self) -> Result<Option<Merging<S>>> {
        let set = self.reader.set.load_full();
        let records = |run: &Arc<Run<S>>| run.header.identity.end - run.header.identity.first;
        let records: Vec<u64> = set.runs.iter().map(records).collect();
        let Some(range) = pick(&records, RUNS_MAX - 1) else { return Ok(None) };
        let sources = set.runs.get(range).map(<[_]>::to_vec).unwrap_or_default();
        let (Some(oldest), Some(newest)) = (sources.first(), sources.last()) else {
            return Ok(None);
        };
        let Identity { end, link, .. } = newest.header.identity;
        let identity = self.identity(oldest.header.identity.first, end, link);
        Merging::new(sources, Builder::new(&self.storage, identity)?).map(Some)
    }

    /// Puts a run into the place of those it covers. Its filter is read back from the file.
    fn publish(&self, path: &str, first: u64, end: u64) -> Result<()> {
        let set = self.reader.set.load_full();
        let expected = Expected { log_id: self.log_id, first, end };
        let mut run = Run::open(&self.storage, path, &expected)?;
        let covered = |other: &&Arc<Run<S>>| {
            let identity = other.header.identity;
            first <= identity.first && identity.end <= end
        };
        let mut runs: Vec<_> = set.runs.iter().filter(|run| !covered(run)).cloned().collect();
        let held: u64 = runs.iter().map(|run| run.filter_bytes_held()).sum();
        if held + run.filter_bytes() <= self.options.filter_bytes_max {
            run.load_filter()?;
        }
        let at = runs.partition_point(|run| run.header.identity.end <= first);
        runs.insert(at, Arc::new(run));
        self.reader.set.store(Arc::new(Set { keys: set.keys, runs }));
        Ok(())
    }
}

/// Brings filters into memory, the smallest first. A run whose filter is damaged goes, and so do
/// all behind it.
fn load_filters<S: Storage>(
    storage: &S,
    mut runs: Vec<Run<S>>,
    bytes_max: u64,
    dropped: &mut Vec<Dropped>,
) -> Result<Vec<Run<S>>> {
    let mut smallest_first: Vec<&mut Run<S>> = runs.iter_mut().collect();
    smallest_first.sort_by_key(|run| run.filter_bytes());
    let mut left = bytes_max;
    let mut damaged: Option<(u64, String)> = None;
    for run in smallest_first {
        let Some(rest) = left.checked_sub(run.filter_bytes()) else { break };
        left = rest;
        let first = run.header.identity.first;
        if let Err(error) = run.load_filter()
            && damaged.as_ref().is_none_or(|(found, _)| first < *found)
        {
            damaged = Some((first, error.to_string()));
        }
    }
    let Some((found, text)) = damaged else { return Ok(runs) };
    let at = runs.partition_point(|run| run.header.identity.first < found);
    for run in runs.split_off(at).into_iter().rev() {
        remove_if_there(storage, &run.path)?;
        let first = run.header.identity.first;
        let gap = Why::Gap { found, first };
        let why = if first == found { Why::Damaged(text.clone()) } else { gap };
        dropped.push(Dropped { file: run.path, why });
    }
    Ok(runs)
}

impl<S: Storage> std::fmt::Debug for Writer<S> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Writer { reader, merging, .. } = self;
        formatter.debug_struct("Writer").field("reader", reader).field("merging", merging).finish()
    }
}

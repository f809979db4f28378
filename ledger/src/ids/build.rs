//! Writing a run: entries come in order, and memory does not grow with their number.

use std::io;

use crate::ids::blocks::Blocks;
use crate::ids::error::{Error, Result};
use crate::ids::filter::{Line, line_of};
use crate::ids::fingerprint::Fingerprint;
use crate::ids::layout::{
    DIR, ENTRIES_PER_BLOCK, ENTRY_BYTES, Identity, LINES_PER_BLOCK, RunHeader, checksum, take,
};
use crate::storage::{File as _, Storage};

/// One id and the record that has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    pub(super) fingerprint: Fingerprint,
    pub(super) seq: u64,
}

impl Entry {
    pub(super) fn encode(&self) -> [u8; ENTRY_BYTES] {
        let Fingerprint { high, low } = self.fingerprint;
        let mut bytes = [0; ENTRY_BYTES];
        let words = bytes.chunks_exact_mut(8).zip([high, low, self.seq]);
        words.for_each(|(part, word)| part.copy_from_slice(&word.to_be_bytes()));
        bytes
    }

    /// The entry at the front of the bytes.
    pub(super) fn decode(bytes: &[u8]) -> Option<Entry> {
        let mut rest = bytes;
        let mut word = || take(&mut rest).map(u64::from_be_bytes);
        let fingerprint = Fingerprint { high: word()?, low: word()? };
        Some(Entry { fingerprint, seq: word()? })
    }
}

/// A run that is being written under a temporary name.
pub(super) struct Builder<S: Storage> {
    storage: S,
    identity: Identity,
    binding: u32,
    path: String,
    file: S::File,
    filter: Blocks,
    entries: Blocks,
    /// The line that is being filled, and how many are before it.
    line: Line,
    lines: u64,
    last: Option<Fingerprint>,
    count: u64,
}

impl<S: Storage> Builder<S> {
    /// Begins a run. What an earlier attempt at it left is removed.
    pub(super) fn new(storage: &S, identity: Identity) -> Result<Builder<S>> {
        let Identity { first, end, .. } = identity;
        let path = format!("{DIR}/ids-{first:020}-{end:020}.tmp");
        remove_if_there(storage, &path)?;
        let file = storage.create_new(&path).map_err(Error::io("create", &path))?;
        let binding = identity.binding();
        let from = RunHeader { identity, entries: 0 }.entries_from();
        Ok(Builder {
            storage: storage.clone(),
            identity,
            binding,
            path,
            file,
            filter: Blocks::new(binding, 1, LINES_PER_BLOCK),
            entries: Blocks::new(binding, from, ENTRIES_PER_BLOCK),
            line: Line::default(),
            lines: 0,
            last: None,
            count: 0,
        })
    }

    /// Adds the next entry; of entries with one fingerprint only the first, which has the lowest
    /// seq, is kept.
    pub(super) fn push(&mut self, entry: &Entry) -> Result<()> {
        if self.last == Some(entry.fingerprint) {
            return Ok(());
        }
        assert!(self.last < Some(entry.fingerprint), "entries come in order");
        self.last = Some(entry.fingerprint);
        let high = entry.fingerprint.high;
        self.fill_up_to(line_of(high, self.identity.lines))?;
        self.line.add(&Line::of(high));
        self.count += 1;
        self.entries.push(&self.file, &self.path, &entry.encode())
    }

    /// Entries come in the order of their lines, so a line is full when the next one begins.
    fn fill_up_to(&mut self, line: u64) -> Result<()> {
        while self.lines < line {
            let full = std::mem::take(&mut self.line);
            self.filter.push(&self.file, &self.path, &full.encode())?;
            self.lines += 1;
        }
        Ok(())
    }

    /// Makes the run durable and gives it its name.
    pub(super) fn finish(mut self) -> Result<String> {
        self.fill_up_to(self.identity.lines)?;
        self.filter.finish(&self.file, &self.path)?;
        self.entries.finish(&self.file, &self.path)?;
        let body = RunHeader { identity: self.identity, entries: self.count }.encode();
        let mut block = body.to_vec();
        block.extend(checksum(self.binding, 0, &body));
        self.file.write_at(&block, 0).map_err(Error::io("write", &self.path))?;
        self.file.sync_all().map_err(Error::io("sync", &self.path))?;
        let path = self.identity.path();
        remove_if_there(&self.storage, &path)?;
        self.storage.rename(&self.path, &path).map_err(Error::io("rename", &self.path))?;
        self.storage.sync_dir(DIR).map_err(Error::io("sync", DIR))?;
        Ok(path)
    }
}

pub(super) fn remove_if_there<S: Storage>(storage: &S, path: &str) -> Result<()> {
    match storage.remove(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed.map_err(Error::io("remove", path)),
    }
}

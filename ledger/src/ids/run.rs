//! One run, open for looking up.

use crate::hash::Digest;
use crate::ids::build::Entry;
use crate::ids::error::{Error, Result};
use crate::ids::filter::{Line, line_of, scale};
use crate::ids::fingerprint::Fingerprint;
use crate::ids::layout::{
    BLOCK_BYTES, ENTRIES_PER_BLOCK, ENTRY_BYTES, Identity, LINE_BYTES, LINES_PER_BLOCK, RunHeader,
    check,
};
use crate::storage::{Access, File as _, Storage, read_full};

/// Blocks that are looked at where the fingerprint should be before the rest is halved instead.
const GUESSES_MAX: u32 = 6;

/// A run. Its header was checked; everything else is checked when it is read.
pub(super) struct Run<S: Storage> {
    pub(super) path: String,
    file: S::File,
    pub(super) header: RunHeader,
    binding: u32,
    /// The filter, if it is held in memory.
    filter: Option<Box<[Line]>>,
}

/// What a block of a run must be.
pub(super) struct Expected {
    pub(super) log_id: Digest,
    pub(super) first: u64,
    pub(super) end: u64,
}

impl<S: Storage> Run<S> {
    /// Opens the run of a range of records; its filter stays on the disk.
    pub(super) fn open(storage: &S, path: &str, expected: &Expected) -> Result<Run<S>> {
        let file = storage.open(path, Access::Read).map_err(Error::io("open", path))?;
        let mut block = [0; BLOCK_BYTES];
        read_full(&file, &mut block, 0).map_err(Error::io("read", path))?;
        let damaged = |what| Error::Damaged { path: path.to_owned(), offset: 0, what };
        let header = RunHeader::decode(&block).ok_or_else(|| damaged("this is no header"))?;
        let Identity { log_id, first, end, .. } = header.identity;
        if log_id != expected.log_id {
            return Err(damaged("it belongs to another log"));
        }
        if (first, end) != (expected.first, expected.end) {
            return Err(damaged("its name is another run's"));
        }
        if file.len().map_err(Error::io("measure", path))? != header.file_bytes() {
            return Err(damaged("it has not the length its header says"));
        }
        let binding = header.identity.binding();
        Ok(Run { path: path.to_owned(), file, header, binding, filter: None })
    }

    /// Bytes that the filter takes in memory.
    pub(super) fn filter_bytes(&self) -> u64 {
        self.header.identity.lines * LINE_BYTES as u64
    }

    /// Bytes of filter that are in memory.
    pub(super) fn filter_bytes_held(&self) -> u64 {
        if self.filter.is_some() { self.filter_bytes() } else { 0 }
    }

    /// Brings the filter into memory.
    pub(super) fn load_filter(&mut self) -> Result<()> {
        let mut left = self.header.identity.lines;
        let mut lines = Vec::with_capacity(usize::try_from(left).unwrap_or(0));
        let mut block = [0; BLOCK_BYTES];
        for number in 1..self.header.entries_from() {
            let body = self.read(number, &mut block)?;
            let here = usize::try_from(left.min(LINES_PER_BLOCK)).unwrap_or(0);
            lines.extend(body.chunks_exact(LINE_BYTES).take(here).filter_map(Line::decode));
            left -= here as u64;
        }
        self.filter = Some(lines.into());
        Ok(())
    }

    /// The record that has an id; `bits` are the fingerprint's own.
    #[inline]
    pub(super) fn find(&self, wanted: Fingerprint, bits: &Line) -> Result<Option<u64>> {
        if self.may_hold(wanted, bits)? { self.search(wanted) } else { Ok(None) }
    }

    #[inline]
    fn may_hold(&self, wanted: Fingerprint, bits: &Line) -> Result<bool> {
        let at = line_of(wanted.high, self.header.identity.lines);
        let Some(lines) = &self.filter else { return self.may_hold_on_disk(at, bits) };
        let line = usize::try_from(at).ok().and_then(|at| lines.get(at));
        Ok(line.expect("a filter in memory has all its lines").holds(bits))
    }

    fn may_hold_on_disk(&self, at: u64, bits: &Line) -> Result<bool> {
        let mut block = [0; BLOCK_BYTES];
        let body = self.read(1 + at / LINES_PER_BLOCK, &mut block)?;
        let within = usize::try_from(at % LINES_PER_BLOCK).unwrap_or(0) * LINE_BYTES;
        let line = body.get(within..).and_then(Line::decode);
        Ok(line.expect("a block has all its lines").holds(bits))
    }

    /// Fingerprints are spread evenly, so the block is looked for where it should be.
    fn search(&self, wanted: Fingerprint) -> Result<Option<u64>> {
        let mut block = [0; BLOCK_BYTES];
        let (mut low, mut high) = (0, self.header.entry_blocks());
        let (mut low_value, mut high_value) = (0, u64::MAX);
        let mut guesses = 0;
        while low < high {
            guesses += 1;
            let at = if guesses <= GUESSES_MAX {
                let part = wanted.high.saturating_sub(low_value);
                (low + scale(part, high_value - low_value, high - low)).min(high - 1)
            } else {
                u64::midpoint(low, high)
            };
            let entries = Entries::new(self.read_entries(at, &mut block)?);
            let (first, last) = (entries.fingerprint(0), entries.fingerprint(entries.len() - 1));
            if wanted < first {
                (high, high_value) = (at, first.high.max(low_value));
            } else if wanted > last {
                (low, low_value) = (at + 1, last.high.min(high_value));
            } else {
                return self.within(&entries, wanted, at);
            }
        }
        Ok(None)
    }

    fn within(&self, entries: &Entries<'_>, wanted: Fingerprint, at: u64) -> Result<Option<u64>> {
        let Some(entry) = entries.find(wanted) else { return Ok(None) };
        let Identity { first, end, .. } = self.header.identity;
        if (first..end).contains(&entry.seq) {
            return Ok(Some(entry.seq));
        }
        Err(self.damaged(self.header.entries_from() + at, "an id of a record outside of the run"))
    }

    /// The bytes of a block's entries, counted from the first block that has any.
    pub(super) fn read_entries<'a>(
        &self,
        at: u64,
        block: &'a mut [u8; BLOCK_BYTES],
    ) -> Result<&'a [u8]> {
        let body = self.read(self.header.entries_from() + at, block)?;
        let len = usize::try_from(self.header.entries_in(at)).unwrap_or(0) * ENTRY_BYTES;
        Ok(body.get(..len).expect("no block has more than its entries"))
    }

    /// How many blocks of entries there are.
    pub(super) fn entry_blocks(&self) -> u64 {
        self.header.entry_blocks()
    }

    fn read<'a>(&self, number: u64, block: &'a mut [u8; BLOCK_BYTES]) -> Result<&'a [u8]> {
        let offset = number * BLOCK_BYTES as u64;
        let read = read_full(&self.file, block, offset).map_err(Error::io("read", &self.path))?;
        if read < BLOCK_BYTES {
            return Err(self.damaged(number, "the file ends within the block"));
        }
        let body = check(self.binding, number, block);
        body.ok_or_else(|| self.damaged(number, "the checksum of the block does not hold"))
    }

    fn damaged(&self, number: u64, what: &'static str) -> Error {
        let offset = number * BLOCK_BYTES as u64;
        Error::Damaged { path: self.path.clone(), offset, what }
    }
}

/// The entries of one block, sorted; at least one.
struct Entries<'a>(&'a [u8]);

impl<'a> Entries<'a> {
    fn new(bytes: &'a [u8]) -> Entries<'a> {
        const { assert!(ENTRIES_PER_BLOCK > 0) };
        Entries(bytes)
    }

    fn len(&self) -> usize {
        self.0.len() / ENTRY_BYTES
    }

    fn entry(&self, at: usize) -> Entry {
        let bytes = self.0.get(at * ENTRY_BYTES..).and_then(Entry::decode);
        bytes.expect("the caller stays within the block")
    }

    fn fingerprint(&self, at: usize) -> Fingerprint {
        self.entry(at).fingerprint
    }

    fn find(&self, wanted: Fingerprint) -> Option<Entry> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let at = usize::midpoint(low, high);
            if self.fingerprint(at) < wanted { low = at + 1 } else { high = at }
        }
        (low < self.len()).then(|| self.entry(low)).filter(|entry| entry.fingerprint == wanted)
    }
}

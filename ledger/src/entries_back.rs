//! Records last first.

use std::ops::Range;

use crate::entry::Entry;
use crate::error::Result;
use crate::reader::Reader;
use crate::storage::Storage;

/// Records that are held at a time when reading backwards.
const BACK_RECORDS: u64 = 64;

/// Records last first; see [`Reader::range_back`]. Ends after the first error.
#[derive(Debug)]
pub struct EntriesBack<S: Storage> {
    reader: Reader<S>,
    start: u64,
    end: u64,
    block: Vec<Entry<'static>>,
}

impl<S: Storage> EntriesBack<S> {
    pub(crate) fn new(reader: Reader<S>, range: Range<u64>) -> EntriesBack<S> {
        EntriesBack { reader, start: range.start, end: range.end, block: Vec::new() }
    }
}

impl<S: Storage> Iterator for EntriesBack<S> {
    type Item = Result<Entry<'static>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.block.is_empty() && self.start < self.end {
            let from = self.end.saturating_sub(BACK_RECORDS).max(self.start);
            match self.reader.range(from..self.end).collect() {
                Ok(block) => self.block = block,
                Err(error) => {
                    self.start = self.end;
                    return Some(Err(error));
                }
            }
            self.end = from;
        }
        self.block.pop().map(Ok)
    }
}

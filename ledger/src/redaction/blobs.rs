//! Which blobs go with a payload: those that no record names whose payload is to stay.

use std::collections::BTreeSet;

use crate::blob::BlobName;
use crate::error::Result;
use crate::reader::{Cores, Headers, Reader};
use crate::record::{blob_names, read_redaction};
use crate::storage::Storage;

/// Most records that are remembered at a time as naming one of the blobs. The crate's own tests
/// remember so few that small logs need several readings.
const HOLDERS_MAX: usize = if cfg!(test) { 4 } else { 1 << 16 };

/// Those of the blobs that no record of the log names but redacted ones. Reads the log's cores, once
/// for every [`HOLDERS_MAX`] records that name any of them.
pub(crate) fn unshared<S: Storage>(
    reader: &Reader<S>,
    wanted: BTreeSet<BlobName>,
) -> Result<BTreeSet<BlobName>> {
    let mut unshared = wanted;
    let mut start = 0;
    while !unshared.is_empty() {
        let holders = Holders::read(reader, &unshared, start)?;
        for (_, name) in &holders.open {
            unshared.remove(name);
        }
        if holders.end == u64::MAX {
            break;
        }
        start = holders.end;
    }
    Ok(unshared)
}

/// The records at positions in a window that name one of some blobs and were not redacted.
struct Holders {
    start: u64,
    end: u64,
    open: BTreeSet<(u64, BlobName)>,
}

impl Holders {
    fn read<S: Storage>(
        reader: &Reader<S>,
        wanted: &BTreeSet<BlobName>,
        start: u64,
    ) -> Result<Holders> {
        let mut holders = Holders { start, end: u64::MAX, open: BTreeSet::new() };
        let mut headers = Headers::new(reader.clone(), 0, Cores::All);
        while let Some(read) = headers.read_next()? {
            if let Some(target) = read_redaction(&read.header, headers.core()) {
                holders.redact(target);
            }
            for name in blob_names(headers.core()) {
                if wanted.contains(&name) {
                    holders.put(read.header.seq, name);
                }
            }
        }
        Ok(holders)
    }

    fn redact(&mut self, seq: u64) {
        let first = (seq, BlobName(crate::Digest::ZERO));
        let named: Vec<_> =
            self.open.range(first..).take_while(|(holder, _)| *holder == seq).copied().collect();
        for holder in named {
            self.open.remove(&holder);
        }
    }

    fn put(&mut self, seq: u64, name: BlobName) {
        if !(self.start..self.end).contains(&seq) {
            return;
        }
        self.open.insert((seq, name));
        if self.open.len() > HOLDERS_MAX
            && let Some((last, _)) = self.open.last().copied()
        {
            // All of one record is remembered, or nothing.
            self.redact(last);
            self.end = last;
        }
    }
}

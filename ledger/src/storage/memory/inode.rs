//! One file's bytes: as they are, and as the last sync left them.

use std::collections::{BTreeMap, BTreeSet};

use crate::zeros;

/// Bytes that a disk writes as one: after a loss of power a sector is old or new, never a mixture.
pub const SECTOR_BYTES: u64 = SECTOR_LEN as u64;

const SECTOR_LEN: usize = 512;

type Sector = [u8; SECTOR_LEN];

/// Content by sector; a sector that is not there is zero. Sectors wholly beyond the end are absent
/// and the bytes of the last sector beyond the end are zero.
#[derive(Clone, Debug, Default)]
pub(super) struct Content {
    pub(super) len: u64,
    sectors: BTreeMap<u64, Box<Sector>>,
}

impl Content {
    pub(super) fn read(&self, buffer: &mut [u8], offset: u64) -> usize {
        let left = usize::try_from(self.len.saturating_sub(offset)).unwrap_or(usize::MAX);
        let count = buffer.len().min(left);
        let Some(buffer) = buffer.get_mut(..count) else { return 0 };
        for (sector, within, part) in pieces_mut(buffer, offset) {
            let end = within + part.len();
            match self.sectors.get(&sector).and_then(|bytes| bytes.get(within..end)) {
                Some(bytes) => part.copy_from_slice(bytes),
                None => part.fill(0),
            }
        }
        count
    }

    /// Writes and extends; the sectors that were touched go into `dirty`.
    pub(super) fn write(&mut self, bytes: &[u8], offset: u64, dirty: &mut BTreeSet<u64>) {
        let mut rest = bytes;
        let mut at = offset;
        while !rest.is_empty() {
            let within = usize::try_from(at % SECTOR_BYTES).unwrap_or(0);
            let (part, after) = rest.split_at(rest.len().min(SECTOR_LEN - within));
            let number = at / SECTOR_BYTES;
            let sector = self.sectors.entry(number).or_insert_with(|| Box::new([0; SECTOR_LEN]));
            if let Some(place) = sector.get_mut(within..within + part.len()) {
                place.copy_from_slice(part);
            }
            dirty.insert(number);
            at += part.len() as u64;
            rest = after;
        }
        self.len = self.len.max(offset + bytes.len() as u64);
    }

    /// Cuts or extends with zeros; the sectors whose bytes changed go into `dirty`.
    pub(super) fn set_len(&mut self, len: u64, dirty: &mut BTreeSet<u64>) {
        let first_beyond = len.div_ceil(SECTOR_BYTES);
        dirty.extend(self.sectors.split_off(&first_beyond).into_keys());
        let within = usize::try_from(len % SECTOR_BYTES).unwrap_or(0);
        if within > 0
            && let Some(last) = self.sectors.get_mut(&(len / SECTOR_BYTES))
            && let Some(beyond) =
                last.get_mut(within..).filter(|beyond| zeros::first_other(beyond).is_some())
        {
            beyond.fill(0);
            dirty.insert(len / SECTOR_BYTES);
        }
        self.len = len;
    }

    fn put_sector(&mut self, number: u64, sector: Option<Box<Sector>>) {
        match sector {
            Some(sector) => self.sectors.insert(number, sector),
            None => self.sectors.remove(&number),
        };
    }
}

/// `buffer` cut at the sector boundaries of a file: sector, offset within it, part.
fn pieces_mut(mut rest: &mut [u8], mut at: u64) -> Vec<(u64, usize, &mut [u8])> {
    let mut pieces = Vec::new();
    while !rest.is_empty() {
        let within = usize::try_from(at % SECTOR_BYTES).unwrap_or(0);
        let len = rest.len().min(SECTOR_LEN - within);
        let (part, after) = rest.split_at_mut(len);
        pieces.push((at / SECTOR_BYTES, within, part));
        at += len as u64;
        rest = after;
    }
    pieces
}

/// A file with its durable past.
#[derive(Clone, Debug, Default)]
pub(super) struct Inode {
    pub(super) now: Content,
    durable: Content,
    dirty: BTreeSet<u64>,
    /// Room on the disk that the file holds beyond its length's own.
    pub(super) reserved: u64,
}

impl Inode {
    pub(super) fn write(&mut self, bytes: &[u8], offset: u64) {
        self.now.write(bytes, offset, &mut self.dirty);
    }

    pub(super) fn set_len(&mut self, len: u64) {
        self.now.set_len(len, &mut self.dirty);
        self.reserved = self.reserved.min(len);
    }

    /// Bytes of disk that the file holds.
    pub(super) fn held(&self) -> u64 {
        self.now.len.max(self.reserved)
    }

    pub(super) fn sync(&mut self) {
        for number in std::mem::take(&mut self.dirty) {
            self.durable.put_sector(number, self.now.sectors.get(&number).cloned());
        }
        self.durable.len = self.now.len;
    }

    /// Takes what was not synced for clean: it can be read until the power goes.
    pub(super) fn forget(&mut self) {
        self.dirty.clear();
    }

    /// Turns a bit over in both the current and the durable bytes.
    pub(super) fn flip(&mut self, byte: u64, mask: u8) {
        for content in [&mut self.now, &mut self.durable] {
            let mut one = [0];
            if content.read(&mut one, byte) == 1 {
                content.write(&one.map(|old| old ^ mask), byte, &mut BTreeSet::new());
            }
        }
    }

    /// Power is gone: each unsynced sector, and the length, is old or new as `choose(2)` says.
    pub(super) fn crash(&mut self, choose: &mut dyn FnMut(u64) -> u64) {
        let new = std::mem::take(&mut self.now);
        let dirty = std::mem::take(&mut self.dirty);
        let mut len = self.durable.len;
        if new.len != len && choose(2) == 1 {
            len = new.len;
        }
        for number in dirty {
            if choose(2) == 1 {
                self.durable.put_sector(number, new.sectors.get(&number).cloned());
            }
        }
        self.durable.set_len(len, &mut BTreeSet::new());
        self.now = self.durable.clone();
        self.reserved = self.now.len;
    }
}

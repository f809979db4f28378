//! Writing the blocks of one part of a run, one after another.

use crate::ids::error::{Error, Result};
use crate::ids::layout::{BLOCK_BYTES, BODY_BYTES, checksum};
use crate::storage::File;

/// Blocks that are gathered before they are written.
const BLOCKS_GATHERED: usize = 64;

/// Fills blocks with items of one size, from a block of the file on.
pub(super) struct Blocks {
    binding: u32,
    items_per_block: u64,
    /// Items in the block that is being filled.
    items: u64,
    body: Vec<u8>,
    /// Number of the first gathered block.
    first: u64,
    gathered: Vec<u8>,
}

impl Blocks {
    pub(super) fn new(binding: u32, first: u64, items_per_block: u64) -> Blocks {
        let gathered = Vec::with_capacity(BLOCKS_GATHERED * BLOCK_BYTES);
        let body = Vec::with_capacity(BODY_BYTES);
        Blocks { binding, items_per_block, items: 0, body, first, gathered }
    }

    pub(super) fn push(&mut self, file: &impl File, path: &str, item: &[u8]) -> Result<()> {
        self.body.extend_from_slice(item);
        self.items += 1;
        if self.items == self.items_per_block {
            self.seal();
        }
        if self.gathered.len() >= BLOCKS_GATHERED * BLOCK_BYTES {
            self.write(file, path)?;
        }
        Ok(())
    }

    /// Writes what is left.
    pub(super) fn finish(&mut self, file: &impl File, path: &str) -> Result<()> {
        if self.items > 0 {
            self.seal();
        }
        self.write(file, path)
    }

    fn seal(&mut self) {
        self.body.resize(BODY_BYTES, 0);
        let number = self.first + (self.gathered.len() / BLOCK_BYTES) as u64;
        self.gathered.extend_from_slice(&self.body);
        self.gathered.extend(checksum(self.binding, number, &self.body));
        self.body.clear();
        self.items = 0;
    }

    fn write(&mut self, file: &impl File, path: &str) -> Result<()> {
        let offset = self.first * BLOCK_BYTES as u64;
        file.write_at(&self.gathered, offset).map_err(Error::io("write", path))?;
        self.first += (self.gathered.len() / BLOCK_BYTES) as u64;
        self.gathered.clear();
        Ok(())
    }
}

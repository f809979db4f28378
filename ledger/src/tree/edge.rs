//! A growing tree, as far as its tiles need it: the hashes of the tiles that are not full yet.

use super::peaks::Peaks;
use super::root::{Root, node};
use super::tile::{TILE_WIDTH, TileId};
use crate::error::Result;

/// The right edge of a tree: its peaks, and per level of tiles the hashes of the last one, which is
/// not full. It takes at most 255 hashes for every 8 levels, whatever the size.
#[derive(Clone, Debug, Default)]
pub(crate) struct Edge {
    peaks: Peaks,
    levels: Vec<Level>,
}

#[derive(Clone, Debug, Default)]
struct Level {
    /// Tiles of this level that are full.
    full: u64,
    hashes: Vec<Root>,
}

impl Edge {
    pub(crate) fn peaks(&self) -> &Peaks {
        &self.peaks
    }

    /// Appends a leaf; every tile that becomes full goes to `full`.
    pub(crate) fn append(
        &mut self,
        leaf: Root,
        full: &mut dyn FnMut(TileId, &[Root]) -> Result<()>,
    ) -> Result<()> {
        self.peaks.append(leaf);
        let mut hash = leaf;
        for number in 0.. {
            let at = usize::from(number);
            if self.levels.len() == at {
                self.levels.push(Level::default());
            }
            let Some(level) = self.levels.get_mut(at) else { break };
            level.hashes.push(hash);
            if level.hashes.len() < TILE_WIDTH {
                break;
            }
            full(TileId { level: number, number: level.full }, &level.hashes)?;
            hash = above(&level.hashes);
            level.full += 1;
            level.hashes.clear();
        }
        Ok(())
    }
}

/// The root of a perfect subtree.
pub(super) fn above(hashes: &[Root]) -> Root {
    let mut row = hashes.to_vec();
    while row.len() > 1 {
        row = row_above(&row);
    }
    row.first().copied().unwrap_or(Root::EMPTY)
}

/// The nodes above neighbours; one without a neighbour has none above it.
pub(super) fn row_above(row: &[Root]) -> Vec<Root> {
    row.as_chunks().0.iter().map(|[left, right]| node(*left, *right)).collect()
}

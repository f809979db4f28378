//! A growing tree, as far as its tiles need it: the hashes of the tiles that are not full yet.

use super::peaks::Peaks;
use super::root::{Root, node};
use super::tile::{self, TILE_WIDTH, TileId};
use crate::error::Result;
use crate::storage::Storage;

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
    /// Leaves that the edge of a tree holds at most, but for one.
    pub(crate) const LEAVES: u64 = TILE_WIDTH as u64;

    /// The edge of a tree of `size` leaves, out of its full tiles and the `leaves` after the last of
    /// them; `None` when a tile is missing. Nothing says that the tiles are right: the caller
    /// compares the root.
    pub(crate) fn restore<S: Storage>(
        storage: &S,
        size: u64,
        leaves: Vec<Root>,
    ) -> Result<Option<Edge>> {
        let mut levels = vec![Level { full: size / Edge::LEAVES, hashes: leaves }];
        let mut nodes = size / Edge::LEAVES;
        while nodes > 0 {
            let below = u8::try_from(levels.len() - 1).unwrap_or(u8::MAX);
            let full = nodes / Edge::LEAVES;
            let mut hashes = Vec::new();
            for number in full * Edge::LEAVES..nodes {
                let Some(tile) = tile::read(storage, TileId { level: below, number })? else {
                    return Ok(None);
                };
                hashes.push(above(&tile));
            }
            levels.push(Level { full, hashes });
            nodes = full;
        }
        let peaks = levels.iter().rev().flat_map(Level::peaks).collect();
        Ok(Peaks::new(size, peaks).map(|peaks| Edge { peaks, levels }))
    }

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

impl Level {
    /// The perfect subtrees that the hashes make up, largest first.
    fn peaks(&self) -> Vec<Root> {
        let mut rest = self.hashes.as_slice();
        let mut peaks = Vec::new();
        while let Some(height) = rest.len().checked_ilog2() {
            let (perfect, after) = rest.split_at(1 << height);
            peaks.push(above(perfect));
            rest = after;
        }
        peaks
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

//! Proofs out of tiles and, where tiles are missing or damaged, out of the log itself.

use std::cell::RefCell;
use std::collections::HashMap;

use tlog_tiles::{HashReader, split_stored_hash_index};

use super::edge::{above, row_above};
use super::proof::{check_consistency, check_inclusion};
use super::root::{Root, leaf};
use super::tile::{self, TILE_HEIGHT, TILE_WIDTH, TileId};
use crate::checkpoint::TreeHead;
use crate::error::{Error, Result};
use crate::reader::Reader;
use crate::storage::Storage;

/// Tiles that are kept in memory with all nodes between their hashes: 16 KiB each.
const TILES_CACHED_MAX: usize = 256;

/// Makes proofs. It holds some tiles in memory, so that one that is kept around answers faster.
///
/// What comes out was checked against the root that was asked for: tiles on the disk are derived, and
/// one that is damaged is made again from the log.
#[derive(Debug)]
pub struct TreeReader<S: Storage> {
    storage: S,
    reader: Reader<S>,
    cache: RefCell<HashMap<TileId, Rows>>,
    /// Whether tiles on the disk are passed over.
    from_log: bool,
    /// Whether tiles that had to be made are kept on the disk.
    keeps_tiles: bool,
}

/// The hashes of a tile, and row by row the nodes above them.
type Rows = Vec<Vec<Root>>;

impl<S: Storage> TreeReader<S> {
    /// A reader of the tree over the records of `reader`, whose log lies in `storage`.
    #[must_use]
    pub fn new(storage: S, reader: Reader<S>) -> TreeReader<S> {
        TreeReader {
            storage,
            reader,
            cache: RefCell::default(),
            from_log: false,
            keeps_tiles: true,
        }
    }

    /// The same reader, which writes nothing.
    pub(crate) fn keeping_no_tiles(self) -> TreeReader<S> {
        TreeReader { keeps_tiles: false, ..self }
    }

    /// The hashes that lead from the leaf of record `seq` to the root of `head` (RFC 6962 2.1.1).
    ///
    /// # Errors
    /// [`Error::NotInTree`] when `seq` is not below the size, [`Error::TreeMismatch`] when the log
    /// does not have that root at that size, or what reading says.
    pub fn inclusion(&mut self, head: &TreeHead, seq: u64) -> Result<Vec<Root>> {
        self.in_log(head.size)?;
        if seq >= head.size {
            return Err(Error::NotInTree { seq, size: head.size });
        }
        let leaf = self.leaf(seq)?;
        self.checked(
            head,
            |hashes| tlog_tiles::prove_record(head.size, seq, hashes),
            |path| check_inclusion(head, seq, leaf, path).is_ok(),
        )
    }

    /// The hashes that show that the tree of `old` is the beginning of that of `new` (RFC 6962
    /// 2.1.2).
    ///
    /// # Errors
    /// [`Error::NotInTree`] when `old` is empty or larger, [`Error::TreeMismatch`] when the log does
    /// not have these roots at these sizes, or what reading says.
    pub fn consistency(&mut self, old: &TreeHead, new: &TreeHead) -> Result<Vec<Root>> {
        self.in_log(new.size)?;
        if old.size == 0 || old.size > new.size {
            return Err(Error::NotInTree { seq: old.size, size: new.size });
        }
        self.checked(
            new,
            |hashes| tlog_tiles::prove_tree(new.size, old.size, hashes),
            |path| check_consistency(old, new, path).is_ok(),
        )
    }

    /// The root at a size.
    ///
    /// # Errors
    /// [`Error::NotInTree`] beyond the durable log, or what reading says.
    pub fn root(&self, size: u64) -> Result<Root> {
        self.in_log(size)?;
        let hashes = Hashes { tree: self, size, failed: RefCell::new(None) };
        hashes.outcome(tlog_tiles::tree_hash(size, &hashes)).map(Root::from)
    }

    /// Whether the log has the root of `head` at its size.
    ///
    /// # Errors
    /// [`Error::NotInTree`] beyond the durable log, or what reading says.
    pub fn has_root(&mut self, head: &TreeHead) -> Result<bool> {
        if self.root(head.size)? == head.root {
            return Ok(true);
        }
        // A tile on the disk may be damaged: the log itself decides.
        self.cache.borrow_mut().clear();
        self.from_log = true;
        let root = self.root(head.size);
        self.from_log = false;
        Ok(root? == head.root)
    }

    /// Makes a proof and checks it; if it does not hold, once more without the tiles on the disk.
    fn checked(
        &mut self,
        head: &TreeHead,
        make: impl Fn(&Hashes<'_, S>) -> std::result::Result<Vec<tlog_tiles::Hash>, tlog_tiles::Error>,
        holds: impl Fn(&[Root]) -> bool,
    ) -> Result<Vec<Root>> {
        for from_log in [false, true] {
            if from_log {
                self.cache.borrow_mut().clear();
            }
            self.from_log = from_log;
            let hashes = Hashes { tree: self, size: head.size, failed: RefCell::new(None) };
            let path = hashes.outcome(make(&hashes));
            self.from_log = false;
            let path: Vec<Root> = path?.into_iter().map(Root::from).collect();
            if holds(&path) {
                return Ok(path);
            }
        }
        Err(Error::TreeMismatch { size: head.size })
    }

    fn in_log(&self, size: u64) -> Result<()> {
        let head = self.reader.head().size;
        if size > head { Err(Error::NotInTree { seq: size, size: head }) } else { Ok(()) }
    }

    fn leaf(&self, seq: u64) -> Result<Root> {
        let entry = self.reader.read(seq)?.ok_or(Error::NotInTree { seq, size: seq })?;
        Ok(leaf(entry.header_bytes()))
    }

    /// A node of a tree of `size` leaves: the `number`th at `height`.
    fn node(&self, height: u8, number: u64, size: u64) -> Result<Root> {
        let (level, row) = (height / TILE_HEIGHT, height % TILE_HEIGHT);
        let per_tile = TILE_WIDTH as u64 >> row;
        let id = TileId { level, number: number / per_tile };
        let place = usize::try_from(number % per_tile).unwrap_or(usize::MAX);
        let found = |rows: &Rows| rows.get(usize::from(row))?.get(place).copied();
        if let Some(node) = self.cache.borrow().get(&id).and_then(found) {
            return Ok(node);
        }
        let rows = rows_of(self.hashes(id, size)?);
        let node = found(&rows);
        let mut cache = self.cache.borrow_mut();
        if cache.len() >= TILES_CACHED_MAX {
            cache.retain(|id, _| id.level > 0);
        }
        if cache.len() >= TILES_CACHED_MAX {
            cache.clear();
        }
        cache.insert(id, rows);
        node.ok_or(Error::NotInTree { seq: number, size })
    }

    /// The hashes of a tile as far as a tree of `size` leaves has them.
    fn hashes(&self, id: TileId, size: u64) -> Result<Vec<Root>> {
        let first = id.number * TILE_WIDTH as u64;
        let nodes = size.checked_shr(u32::from(TILE_HEIGHT * id.level)).unwrap_or(0);
        let width = nodes.saturating_sub(first).min(TILE_WIDTH as u64);
        let is_full = width == TILE_WIDTH as u64;
        if is_full
            && !self.from_log
            && let Some(hashes) = tile::read(&self.storage, id)?
        {
            return Ok(hashes);
        }
        let hashes: Vec<Root> = match id.level.checked_sub(1) {
            None => self.leaves(first, width)?,
            Some(level) => {
                let below = |number| self.hashes(TileId { level, number }, size);
                let roots = (first..first + width).map(|number| Ok(above(&below(number)?)));
                roots.collect::<Result<_>>()?
            }
        };
        if is_full && self.keeps_tiles {
            // A tile that cannot be kept is made again the next time.
            drop(tile::replace(&self.storage, id, &hashes));
        }
        Ok(hashes)
    }

    fn leaves(&self, first: u64, width: u64) -> Result<Vec<Root>> {
        let entries = self.reader.range(first..first + width);
        entries.map(|entry| Ok(leaf(entry?.header_bytes()))).collect()
    }
}

fn rows_of(hashes: Vec<Root>) -> Rows {
    let mut rows = vec![hashes];
    for row in 0..usize::from(TILE_HEIGHT) - 1 {
        let next = rows.get(row).map(|row| row_above(row)).unwrap_or_default();
        rows.push(next);
    }
    rows
}

/// What the library reads from: it knows no errors of ours, so the first one waits here.
struct Hashes<'a, S: Storage> {
    tree: &'a TreeReader<S>,
    size: u64,
    failed: RefCell<Option<Error>>,
}

impl<S: Storage> Hashes<'_, S> {
    fn outcome<T>(&self, made: std::result::Result<T, tlog_tiles::Error>) -> Result<T> {
        match (self.failed.take(), made) {
            (Some(error), _) => Err(error),
            (None, Ok(made)) => Ok(made),
            (None, Err(_)) => Err(Error::TreeMismatch { size: self.size }),
        }
    }
}

impl<S: Storage> HashReader for Hashes<'_, S> {
    fn read_hashes(
        &self,
        indexes: &[u64],
    ) -> std::result::Result<Vec<tlog_tiles::Hash>, tlog_tiles::Error> {
        let read = |index: &u64| {
            let (height, number) = split_stored_hash_index(*index);
            let node = self.tree.node(height, number, self.size);
            node.map(Into::into).map_err(|error| {
                *self.failed.borrow_mut() = Some(error);
                tlog_tiles::Error::InvalidTile
            })
        };
        indexes.iter().map(read).collect()
    }
}

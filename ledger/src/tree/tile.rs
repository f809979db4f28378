//! Tiles as files: `tile/<level>/<number>` (C2SP tlog-tiles). Only full tiles are kept; what lies
//! beyond the last full one is read from the log.

use std::io;

use tlog_tiles::Tile;

use super::root::Root;
use crate::error::{Error, Result};
use crate::storage::{Access, File as _, Storage, read_full};

/// The directory of tiles, in the data directory.
pub const TILE_DIR: &str = "tile";

/// Levels of the tree that one tile spans.
pub(super) const TILE_HEIGHT: u8 = 8;

/// Hashes in a full tile.
pub(super) const TILE_WIDTH: usize = 1 << TILE_HEIGHT;

/// Bytes of a full tile.
pub(super) const TILE_BYTES: usize = TILE_WIDTH * tlog_tiles::HASH_SIZE;

/// Where a full tile lies: hashes `number * 256 ..` of the nodes at height `8 * level`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct TileId {
    pub(crate) level: u8,
    pub(crate) number: u64,
}

impl TileId {
    /// The path that C2SP tlog-tiles gives it; the library's own also names the height.
    fn path(self) -> String {
        let tile = Tile::new(TILE_HEIGHT, self.level, self.number, 1 << TILE_HEIGHT, false);
        let path = tile.path();
        let rest = path.strip_prefix("tile/8/").unwrap_or(&path);
        format!("{TILE_DIR}/{rest}")
    }
}

/// The hashes of a full tile, side by side.
pub(super) fn encode(hashes: &[Root]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}

/// The hashes that lie side by side.
pub(super) fn decode(bytes: &[u8]) -> Vec<Root> {
    bytes.as_chunks().0.iter().map(|hash| Root(*hash)).collect()
}

/// Reads a full tile; `None` if there is no file of the right length.
pub(super) fn read<S: Storage>(storage: &S, id: TileId) -> Result<Option<Vec<Root>>> {
    let path = id.path();
    let file = match storage.open(&path, Access::Read) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened.map_err(Error::io("open", &path))?,
    };
    let mut bytes = vec![0; TILE_BYTES + 1];
    let read = read_full(&file, &mut bytes, 0).map_err(Error::io("read", &path))?;
    bytes.truncate(read);
    Ok((read == TILE_BYTES).then(|| decode(&bytes)))
}

/// Writes a full tile unless its file is there already. It is not synced: a tile that is lost or
/// damaged is made again from the log.
pub(crate) fn write_missing<S: Storage>(storage: &S, id: TileId, hashes: &[Root]) -> Result<()> {
    let path = id.path();
    let file = match storage.create_new(&path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            make_parents(storage, &path)?;
            storage.create_new(&path)
        }
        created => created,
    }
    .map_err(Error::io("create", &path))?;
    file.write_at(&encode(hashes), 0).map_err(Error::io("write", &path))
}

/// Replaces a tile that turned out to be damaged.
pub(super) fn replace<S: Storage>(storage: &S, id: TileId, hashes: &[Root]) -> Result<()> {
    let path = id.path();
    match storage.remove(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(Error::io("remove", &path)(error))
        }
        Ok(()) | Err(_) => write_missing(storage, id, hashes),
    }
}

fn make_parents<S: Storage>(storage: &S, path: &str) -> Result<()> {
    for (at, _) in path.match_indices('/') {
        let dir = path.get(..at).unwrap_or_default();
        storage.make_dir(dir).map_err(Error::io("make", dir))?;
    }
    Ok(())
}

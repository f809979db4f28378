//! The Merkle tree over headers (FORMAT.md 4): RFC 6962 with SHA-256, in tiles of height 8 as C2SP
//! tlog-tiles lays them out. Hashing, tile names and the checks of proofs are those of `tlog_tiles`.
//!
//! The tree is a second binding of the bytes that the chain binds: an audit checks both. Its tiles
//! are derived from the segments and can be deleted at any time.

mod edge;
mod peaks;
mod proof;
mod reader;
mod root;
mod tile;

pub(crate) use self::edge::Edge;
pub use self::peaks::Peaks;
pub use self::proof::{ProofError, check_consistency, check_inclusion};
pub use self::reader::TreeReader;
pub use self::root::{Root, leaf};
pub use self::tile::TILE_DIR;
pub(crate) use self::tile::write_missing as write_missing_tile;

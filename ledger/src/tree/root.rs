//! Hashes of the tree.

use std::fmt;

use tlog_tiles::Hash;

use crate::limits::HEADER_BYTES;

/// A hash of the tree: SHA-256, 32 bytes. Shown as lower-case hex; checkpoints write it in base64.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Root(pub [u8; 32]);

impl Root {
    /// The root of the tree without leaves (RFC 6962 2.1): SHA-256 of nothing.
    pub const EMPTY: Root = Root(tlog_tiles::EMPTY_HASH.0);
}

impl fmt::Display for Root {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl fmt::Debug for Root {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl From<Root> for Hash {
    fn from(root: Root) -> Hash {
        Hash(root.0)
    }
}

impl From<Hash> for Root {
    fn from(hash: Hash) -> Root {
        Root(hash.0)
    }
}

/// The leaf of a record: `SHA-256(00 ‖ header)` (RFC 6962 2.1).
#[must_use]
#[inline]
pub fn leaf(header: &[u8; HEADER_BYTES]) -> Root {
    tlog_tiles::record_hash(header).into()
}

/// The node above two others: `SHA-256(01 ‖ left ‖ right)` (RFC 6962 2.1).
#[inline]
pub(super) fn node(left: Root, right: Root) -> Root {
    tlog_tiles::node_hash(left.into(), right.into()).into()
}

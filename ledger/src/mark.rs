//! How far a derived index has come.

use crate::hash::Digest;

/// How far a derived index has come: the high-water mark.
///
/// The link binds every record below `size`, so an index whose mark has the log's own link was
/// made from exactly this log's records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// How many records are covered, from record 0 on; at least 1.
    pub size: u64,
    /// The link of record `size - 1`.
    pub link: Digest,
}

//! What a checkpoint is about.

use crate::tree::Root;

/// A tree: how many leaves it has, and its root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TreeHead {
    /// How many records, from record 0 on.
    pub size: u64,
    /// The root over their headers.
    pub root: Root,
}

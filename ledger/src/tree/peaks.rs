//! A growing tree, as far as its root needs it: the perfect subtrees at its right edge.

use super::root::{Root, node};

/// Most perfect subtrees that a tree of fewer than 2^64 leaves has at its edge.
const PEAKS_MAX: usize = 64;

/// The roots of the perfect subtrees that a tree is made of, largest first: one for every bit of its
/// size. Appending a leaf costs two hashes on average, and the root one for every peak but the first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Peaks {
    size: u64,
    peaks: Vec<Root>,
}

impl Peaks {
    /// The peaks of a tree of `size` leaves; `None` if that tree has another number of them.
    #[must_use]
    pub fn new(size: u64, peaks: Vec<Root>) -> Option<Peaks> {
        (peaks.len() == size.count_ones() as usize).then_some(Peaks { size, peaks })
    }

    /// How many leaves there are.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The roots of the perfect subtrees, largest first.
    #[must_use]
    pub fn peaks(&self) -> &[Root] {
        &self.peaks
    }

    /// Appends a leaf.
    pub fn append(&mut self, leaf: Root) {
        let mut peak = leaf;
        for _ in 0..self.size.trailing_ones() {
            let left = self.peaks.pop().expect("there is a peak for every bit of the size");
            peak = node(left, peak);
        }
        debug_assert!(self.peaks.len() < PEAKS_MAX, "sizes have 64 bits");
        self.peaks.push(peak);
        self.size += 1;
    }

    /// The root (RFC 6962 2.1).
    #[must_use]
    pub fn root(&self) -> Root {
        let mut peaks = self.peaks.iter().rev().copied();
        let Some(last) = peaks.next() else { return Root::EMPTY };
        peaks.fold(last, |right, left| node(left, right))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::proof::tests::Stored;

    #[test]
    fn the_root_is_that_of_the_library_at_every_size() {
        let (mut peaks, mut stored) = (Peaks::default(), Stored::default());
        assert_eq!(peaks.root(), Root::EMPTY);
        for seq in 0..600_u32 {
            let leaf = Root(tlog_tiles::record_hash(&seq.to_be_bytes()).0);
            peaks.append(leaf);
            stored.append(leaf);
            let expected = tlog_tiles::tree_hash(peaks.size(), &stored).unwrap();
            assert_eq!(peaks.root(), expected.into(), "size {}", peaks.size());
        }
        assert!(Peaks::new(5, peaks.peaks().to_vec()).is_none());
        let again = Peaks::new(600, peaks.peaks().to_vec()).unwrap();
        assert_eq!(again.root(), peaks.root());
    }
}

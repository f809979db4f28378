//! Sets of records within a block.

use crate::postings::block::BLOCK_RECORDS;
use crate::postings::varint;

const WORDS: usize = BLOCK_RECORDS / 64;

/// A set of records of one block, by their offset from its first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bits([u64; WORDS]);

impl Bits {
    pub(super) const NONE: Bits = Bits([0; WORDS]);
    pub(super) const ALL: Bits = Bits([u64::MAX; WORDS]);

    /// Adds the offsets of a list; `None` if it is not one.
    pub(super) fn add_list(&mut self, mut list: &[u8]) -> Option<()> {
        let mut next = 0_u64;
        while !list.is_empty() {
            let offset = next.checked_add(varint::take(&mut list)?)?;
            let word = self.0.get_mut(usize::try_from(offset / 64).ok()?)?;
            *word |= 1 << (offset % 64);
            next = offset + 1;
        }
        Some(())
    }

    pub(super) fn keep(&mut self, other: &Bits) {
        self.0.iter_mut().zip(other.0).for_each(|(word, other)| *word &= other);
    }

    /// Keeps offsets from `from` on and before `to`.
    pub(super) fn keep_range(&mut self, from: u64, to: u64) {
        for (at, word) in (0..).step_by(64).zip(&mut self.0) {
            let below = |limit: u64| match limit.saturating_sub(at) {
                bits @ 0..64 => (1_u64 << bits) - 1,
                64.. => u64::MAX,
            };
            *word &= below(to) & !below(from);
        }
    }

    /// The offsets, ascending.
    pub(super) fn offsets(&self) -> impl Iterator<Item = u64> {
        (0..).step_by(64).zip(self.0).flat_map(|(base, word)| ones(word).map(move |at| base + at))
    }
}

/// The bits that are set, ascending.
pub(super) fn ones(mut word: u64) -> impl Iterator<Item = u64> {
    std::iter::from_fn(move || {
        let at = (word != 0).then(|| u64::from(word.trailing_zeros()))?;
        word &= word - 1;
        Some(at)
    })
}

/// Appends the offset that follows `previous` to a list.
pub(super) fn put_offset(list: &mut Vec<u8>, previous: Option<u64>, offset: u64) {
    varint::put(list, previous.map_or(offset, |previous| offset - previous - 1));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_ranges_meet() {
        let offsets = [0, 1, 63, 64, 100, 4_000, 4_095];
        let mut list = Vec::new();
        let mut previous = None;
        for offset in offsets {
            put_offset(&mut list, previous, offset);
            previous = Some(offset);
        }
        let mut bits = Bits::NONE;
        bits.add_list(&list).unwrap();
        assert_eq!(bits.offsets().collect::<Vec<_>>(), offsets);
        for (from, to) in [(0, 4_096), (1, 4_095), (63, 64), (64, 64), (65, 10_000), (4_095, 4_096)]
        {
            let mut kept = bits;
            kept.keep_range(from, to);
            let expected = offsets.into_iter().filter(|offset| (from..to).contains(offset));
            assert!(kept.offsets().eq(expected), "{from}..{to}");
        }
        varint::put(&mut list, 0);
        assert_eq!(bits.add_list(&list), None, "offset 4096 is in the next block");
    }
}

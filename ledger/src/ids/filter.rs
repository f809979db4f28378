//! A blocked Bloom filter: one line of 64 bytes holds all bits of an entry.
//!
//! Putze, Sanders and Singler, "Cache-, Hash- and Space-Efficient Bloom Filters" (2007). At 12
//! bits for each entry and 7 bits set by each, one look-up in about 150 is let through in vain.

use crate::ids::layout::{LINE_BYTES, take};

/// Most bytes of filters that are held in memory, over all runs; further ones are read from the
/// disk, a block for each look-up.
pub const FILTER_BYTES_MAX: u64 = 64 << 20;

const BITS_SET: u32 = 7;
const WORDS: usize = LINE_BYTES / 8;

/// 512 bits, in one line of the processor's cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(align(64))]
pub(super) struct Line([u64; WORDS]);

impl Line {
    /// The bits that an entry sets. They come from the same half of the fingerprint as the line
    /// does, stirred once more: entries of one line agree in its upper bits.
    #[inline]
    pub(super) fn of(high: u64) -> Line {
        let mut mixed = high.wrapping_add(0x6a09_e667_f3bc_c909);
        mixed = (mixed ^ (mixed >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed ^= mixed >> 32;
        let mut line = Line::default();
        for _ in 0..BITS_SET {
            line.set(mixed & 511);
            mixed >>= 9;
        }
        line
    }

    #[inline]
    fn set(&mut self, bit: u64) {
        let word = usize::try_from(bit >> 6).ok().and_then(|at| self.0.get_mut(at));
        *word.expect("a line has 512 bits") |= 1 << (bit & 63);
    }

    pub(super) fn add(&mut self, other: &Line) {
        self.0.iter_mut().zip(other.0).for_each(|(word, other)| *word |= other);
    }

    /// Whether every bit of the other is set here.
    #[inline]
    pub(super) fn holds(&self, other: &Line) -> bool {
        self.0.iter().zip(other.0).fold(0, |missing, (word, other)| missing | (other & !word)) == 0
    }

    pub(super) fn encode(&self) -> [u8; LINE_BYTES] {
        let mut bytes = [0; LINE_BYTES];
        let words = bytes.chunks_exact_mut(8).zip(self.0);
        words.for_each(|(part, word)| part.copy_from_slice(&word.to_be_bytes()));
        bytes
    }

    /// The line at the front of the bytes.
    pub(super) fn decode(bytes: &[u8]) -> Option<Line> {
        let mut rest = bytes;
        let mut line = Line::default();
        for word in &mut line.0 {
            *word = u64::from_be_bytes(take(&mut rest)?);
        }
        Some(line)
    }
}

/// Which of so many lines an entry belongs to; grows with the fingerprint.
#[inline]
pub(super) fn line_of(high: u64, lines: u64) -> u64 {
    scale(high, u64::MAX, lines)
}

/// `part / (whole + 1) * to`, rounded down.
#[inline]
pub(super) fn scale(part: u64, whole: u64, to: u64) -> u64 {
    let scaled = u128::from(part) * u128::from(to) / (u128::from(whole) + 1);
    u64::try_from(scaled).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_sets_few_bits_and_is_found() {
        let mut line = Line::default();
        for high in (0..40).map(|number: u64| number.wrapping_mul(0x9e37_79b9_7f4a_7c15)) {
            let own = Line::of(high);
            let bits: u32 = own.0.iter().map(|word| word.count_ones()).sum();
            assert!((2..=BITS_SET).contains(&bits), "{bits} bits");
            line.add(&own);
            assert!(line.holds(&own));
            assert_eq!(Line::decode(&line.encode()), Some(line));
        }
        assert!(!Line::default().holds(&Line::of(7)));
    }

    #[test]
    fn lines_follow_the_order_of_fingerprints() {
        assert_eq!(line_of(0, 10), 0);
        assert_eq!(line_of(u64::MAX, 10), 9);
        assert_eq!(line_of(u64::MAX / 2, 10), 4);
        assert_eq!(line_of(u64::MAX / 2 + 1, 10), 5);
    }
}

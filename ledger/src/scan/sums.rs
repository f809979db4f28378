//! CRC-32C over any range of some bytes, at a cost that hardly depends on the range's length.
//!
//! A CRC is linear over GF(2): from the checksums of two prefixes follows that of what lies between
//! them, once the shorter one's is moved on by the range's length, which is a multiplication by
//! `x^(8·length)` modulo the polynomial (as in zlib's `crc32_combine`). So frames that overlap, which
//! whoever writes payloads can make as many of as there are bytes, are not summed one by one.

use std::ops::Range;

use crc32c::crc32c_append;

use crate::limits::FRAME_BYTES_MAX;

/// Bytes between two prefixes whose checksums are kept.
const BLOCK_BYTES: usize = 1 << 9;

/// Powers in the table of low digits; the table of high ones covers the rest of a frame.
const DIGIT: usize = 1 << 10;

/// The polynomial of CRC-32C (RFC 3720), with the highest power in the lowest bit.
const POLYNOMIAL: u32 = 0x82f6_3b78;

/// The polynomials 1 and x^8 in that order of bits.
const ONE: u32 = 1 << 31;
const X_TO_THE_8: u32 = 1 << 23;

const _: () = assert!(FRAME_BYTES_MAX < DIGIT * DIGIT * 2, "two digits reach over a frame");

/// The powers of `x^8` that a range of at most a frame's length needs.
pub(crate) struct Powers {
    low: Vec<u32>,
    high: Vec<u32>,
}

impl Powers {
    pub(crate) fn new() -> Powers {
        let powers = |base, count| {
            let next = move |power: &u32| Some(times(*power, base));
            std::iter::successors(Some(ONE), next).take(count).collect::<Vec<u32>>()
        };
        let low = powers(X_TO_THE_8, DIGIT);
        let digit = low.last().map_or(ONE, |last| times(*last, X_TO_THE_8));
        Powers { low, high: powers(digit, FRAME_BYTES_MAX / DIGIT + 1) }
    }

    /// `sum` moved on by `len` bytes; `None` beyond a frame's length.
    fn shift(&self, sum: u32, len: usize) -> Option<u32> {
        Some(times(times(sum, *self.low.get(len % DIGIT)?), *self.high.get(len / DIGIT)?))
    }
}

/// Some bytes, with the checksums of their prefixes.
pub(crate) struct Sums<'a> {
    powers: &'a Powers,
    bytes: &'a [u8],
    /// Of the first 0, 1, 2 … blocks.
    prefixes: Vec<u32>,
}

impl<'a> Sums<'a> {
    pub(crate) fn new(powers: &'a Powers, bytes: &'a [u8]) -> Sums<'a> {
        let mut prefixes = vec![0];
        let mut sum = 0;
        for block in bytes.chunks_exact(BLOCK_BYTES) {
            sum = crc32c_append(sum, block);
            prefixes.push(sum);
        }
        Sums { powers, bytes, prefixes }
    }

    pub(crate) fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// What `crc32c_append(sum, bytes[range])` gives; `None` if the range does not lie within the
    /// bytes or is longer than a frame.
    pub(crate) fn append(&self, sum: u32, range: Range<usize>) -> Option<u32> {
        let len = range.end.checked_sub(range.start)?;
        let (before, with) = (self.prefix(range.start)?, self.prefix(range.end)?);
        Some(self.powers.shift(sum ^ before, len)? ^ with)
    }

    fn prefix(&self, end: usize) -> Option<u32> {
        let block = end / BLOCK_BYTES;
        let rest = self.bytes.get(block * BLOCK_BYTES..end)?;
        Some(crc32c_append(*self.prefixes.get(block)?, rest))
    }
}

/// The product of two polynomials modulo that of the checksum.
fn times(a: u32, b: u32) -> u32 {
    let (mut product, mut factor) = (0, b);
    for bit in (0..u32::BITS).rev() {
        product ^= factor & ((a >> bit) & 1).wrapping_neg();
        factor = (factor >> 1) ^ (POLYNOMIAL & (factor & 1).wrapping_neg());
    }
    product
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bytes() -> Vec<u8> {
        (0_u32..3_000).map(|at| at.wrapping_mul(0x9e37_79b9).to_le_bytes()[3]).collect()
    }

    proptest! {
        #[test]
        fn a_range_is_summed_as_if_byte_by_byte(start in 0..=3_000_usize, end in 0..=3_000_usize, sum: u32) {
            let (powers, bytes) = (Powers::new(), bytes());
            let sums = Sums::new(&powers, &bytes);
            let expected = bytes.get(start..end).map(|range| crc32c_append(sum, range));
            prop_assert_eq!(sums.append(sum, start..end), expected);
        }
    }

    #[test]
    fn a_frame_is_the_longest_range() {
        let (powers, bytes) = (Powers::new(), bytes().repeat(400));
        let sums = Sums::new(&powers, &bytes);
        for len in [0, 1, DIGIT - 1, DIGIT, DIGIT + 1, FRAME_BYTES_MAX - 1, FRAME_BYTES_MAX] {
            let expected = crc32c_append(7, &bytes[5..5 + len]);
            assert_eq!(sums.append(7, 5..5 + len), Some(expected), "length {len}");
        }
        assert_eq!(sums.append(7, 0..bytes.len()), None);
        assert_eq!(sums.append(7, bytes.len()..bytes.len() + 1), None);
    }
}

//! The sponge of SHAKE-256 (FIPS 202, sections 4 and 6.2), several of them side by side.

use crate::DIGEST_BYTES;

/// Sponges side by side.
pub(crate) const SPONGES: usize = 4;

/// Bytes that a sponge takes between two permutations.
pub(crate) const RATE_BYTES: usize = 136;

/// Words of a sponge's state; `words[x + 5 * y]` is what the standard calls lane (x, y).
pub(crate) const STATE_WORDS: usize = 25;

/// What SHAKE appends to a message, with the first bit of the padding.
const SUFFIX: u8 = 0x1f;

/// The last bit of the padding.
const LAST_BIT: u8 = 0x80;

/// The states of all sponges: the same word of each lies side by side.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[repr(align(32))]
pub(crate) struct States {
    pub(crate) words: [[u64; SPONGES]; STATE_WORDS],
}

impl States {
    /// Takes a block into one sponge; the permutation comes after.
    pub(crate) fn absorb(&mut self, number: usize, block: &[u8; RATE_BYTES]) {
        let (chunks, _) = block.as_chunks::<8>();
        for (word, chunk) in self.sponge(number).zip(chunks) {
            *word ^= u64::from_le_bytes(*chunk);
        }
    }

    /// The digest that one sponge has come to; it is empty after that.
    pub(crate) fn squeeze(&mut self, number: usize) -> [u8; DIGEST_BYTES] {
        let mut digest = [0; DIGEST_BYTES];
        let (chunks, _) = digest.as_chunks_mut::<8>();
        for (chunk, word) in chunks.iter_mut().zip(self.sponge(number)) {
            *chunk = word.to_le_bytes();
        }
        self.sponge(number).for_each(|word| *word = 0);
        digest
    }

    fn sponge(&mut self, number: usize) -> impl Iterator<Item = &mut u64> {
        self.words.iter_mut().filter_map(move |words| words.get_mut(number))
    }
}

/// A message that is taken block by block.
pub(crate) struct Message<'a> {
    part: &'a [u8],
    later: &'a [&'a [u8]],
}

impl<'a> Message<'a> {
    pub(crate) fn new(prefix: &'a [u8], parts: &'a [&'a [u8]]) -> Message<'a> {
        Message { part: prefix, later: parts }
    }

    /// Fills the next block; true if it was the last one, which has the padding.
    pub(crate) fn fill(&mut self, block: &mut [u8; RATE_BYTES]) -> bool {
        let mut room = block.as_mut_slice();
        loop {
            let len = self.part.len().min(room.len());
            let (now, later) = self.part.split_at(len);
            let (filled, left) = room.split_at_mut(len);
            filled.copy_from_slice(now);
            (self.part, room) = (later, left);
            if room.is_empty() {
                // What ends here has a block of padding still to come.
                return false;
            }
            let Some((next, later)) = self.later.split_first() else { break };
            (self.part, self.later) = (next, later);
        }
        room.fill(0);
        room.first_mut().into_iter().for_each(|byte| *byte = SUFFIX);
        room.last_mut().into_iter().for_each(|byte| *byte |= LAST_BIT);
        true
    }
}

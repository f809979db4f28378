//! Random changes to bytes that were good, always the same ones for the same seed.

/// Most bytes that a mutation adds at a time.
const ADDED_MAX: u64 = 64;

/// Values that lengths and numbers go wrong at.
const EDGES: [u32; 10] = [0, 1, 127, 128, 255, 256, 65_535, 65_536, 0x7fff_ffff, 0xffff_ffff];

/// Makes mutations.
#[derive(Debug)]
pub struct Mutator {
    state: u64,
}

impl Mutator {
    /// The mutations of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Mutator {
        Mutator { state: seed }
    }

    /// A number below `end`, or 0 if that is 0.
    pub fn below(&mut self, end: u64) -> u64 {
        // SplitMix64 (Steele, Lea and Flood, 2014).
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        mixed.checked_rem(end).unwrap_or(0)
    }

    /// `bytes` with one to four changes; some take from `other`.
    pub fn mutate(&mut self, bytes: &[u8], other: &[u8]) -> Vec<u8> {
        let mut changed = bytes.to_vec();
        for _ in 0..=self.below(4) {
            self.change(&mut changed, other);
        }
        changed
    }

    fn change(&mut self, bytes: &mut Vec<u8>, other: &[u8]) {
        let at = self.place(bytes);
        match self.below(8) {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(at..self.end(at, bytes))),
            2 => {
                let piece = bytes[at..self.end(at, bytes)].to_vec();
                let to = self.place(bytes);
                drop(bytes.splice(to..to, piece));
            }
            3 => {
                let from = self.place(other);
                let piece = other[from..self.end(from, other)].to_vec();
                let end = self.end(at, bytes);
                drop(bytes.splice(at..end, piece));
            }
            4 => self.set_number(bytes, at),
            5 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = self.below(256) as u8;
                }
            }
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << self.below(8);
                }
            }
        }
    }

    /// Puts a number that is an edge, or one more or less, where a length may be.
    fn set_number(&mut self, bytes: &mut [u8], at: usize) {
        let edge = EDGES[self.below(EDGES.len() as u64) as usize];
        let value = edge.wrapping_add(self.below(3) as u32).wrapping_sub(1).to_be_bytes();
        let width = 1 << self.below(3);
        let value = &value[4 - width..];
        bytes.iter_mut().skip(at).zip(value).for_each(|(to, from)| *to = *from);
    }

    fn place(&mut self, bytes: &[u8]) -> usize {
        self.below(bytes.len() as u64 + 1) as usize
    }

    fn end(&mut self, at: usize, bytes: &[u8]) -> usize {
        let len = self.below(ADDED_MAX) as usize;
        (at + len).min(bytes.len())
    }
}

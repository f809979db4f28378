//! The keys: 11 bytes, integers big-endian.
//!
//! | size | field |
//! |---|---|
//! | 1 | what: 1 mark, 2 times of a block, 3 terms of a block, 4 directory of a group |
//! | 1 | dimension; 0 for the first two |
//! | 8 | number of the block or group; 0 for the mark |
//! | 1 | bucket of a directory, elsewhere 0 |

/// By what records are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Dimension {
    /// The command's kind.
    Kind = 1,
    /// Who asked.
    Actor = 2,
    /// What the gate ruled, but for permit, which is not listed.
    Verdict = 3,
    /// The record that led to it.
    Cause = 4,
}

impl Dimension {
    pub(super) const ALL: [Dimension; 4] =
        [Dimension::Kind, Dimension::Actor, Dimension::Verdict, Dimension::Cause];

    /// Into how many values a group's directory is split: there may be as many actors as records.
    pub(super) fn buckets(self) -> u8 {
        match self {
            Dimension::Kind | Dimension::Verdict => 1,
            Dimension::Actor | Dimension::Cause => 16,
        }
    }

    /// The part of a directory that has a term.
    pub(super) fn bucket_of(self, term: u64) -> u8 {
        let [stirred, ..] = term.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes();
        stirred % self.buckets()
    }
}

/// The key of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    Mark,
    Times { block: u64 },
    Terms { dimension: Dimension, block: u64 },
    Directory { dimension: Dimension, group: u64, bucket: u8 },
}

impl Key {
    pub(super) fn encode(self) -> [u8; 11] {
        let (what, dimension, number, bucket) = match self {
            Key::Mark => (1, 0, 0, 0),
            Key::Times { block } => (2, 0, block, 0),
            Key::Terms { dimension, block } => (3, dimension as u8, block, 0),
            Key::Directory { dimension, group, bucket } => (4, dimension as u8, group, bucket),
        };
        let [a, b, c, d, e, f, g, h] = number.to_be_bytes();
        [what, dimension, a, b, c, d, e, f, g, h, bucket]
    }
}

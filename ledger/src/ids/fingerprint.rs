//! What stands for an (actor, command id) in the files: 128 bits under a secret key.
//!
//! Command ids are chosen by callers. Under a hash they could compute, they would choose ids that
//! fall into one line of the filter or one block of a file, and make every look-up slow. So the
//! hash is SipHash-2-4, which nobody can steer without its key; the key is drawn for each index
//! and never leaves the node. SHAKE would do as well, but takes 0.5 µs where SipHash takes 0.02.
//!
//! One key serves all runs of an index: one hash then answers for every run, and runs can be
//! merged without the ids themselves.

use std::hash::Hasher as _;

use crate::hash::{Digest, Hasher as _, Shake};

/// Where the key of an index comes from: 16 random bytes that callers of commands never learn.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Seed(pub [u8; 16]);

impl std::fmt::Debug for Seed {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Seed(secret)")
    }
}

/// 128 bits that stand for an (actor, command id); files are sorted by them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fingerprint {
    /// The upper half: what filters and places in files go by.
    pub(super) high: u64,
    /// The lower half.
    pub(super) low: u64,
}

/// The two keys of SipHash that a seed gives.
#[derive(Clone, Copy)]
pub(super) struct Keys([[u64; 2]; 2]);

impl Keys {
    pub(super) fn new(seed: Seed) -> Keys {
        let Digest(bytes) = Shake::hash(&[b"exochain/ids/1", &seed.0]);
        let word = |at: usize| {
            let part = bytes.get(at * 8..).and_then(|rest| rest.first_chunk());
            u64::from_be_bytes(*part.expect("four words of eight bytes"))
        };
        Keys([[word(0), word(1)], [word(2), word(3)]])
    }

    #[inline]
    pub(super) fn of(&self, actor: u64, command_id: &[u8; 16]) -> Fingerprint {
        let Keys([high, low]) = *self;
        let mut key = [0; 24];
        let (front, back) = key.split_at_mut(8);
        front.copy_from_slice(&actor.to_be_bytes());
        back.copy_from_slice(command_id);
        Fingerprint { high: sip(high, &key), low: sip(low, &key) }
    }
}

/// SipHash-2-4 (Aumasson and Bernstein, 2012).
#[inline]
#[expect(deprecated, reason = "the hasher that replaces it takes no key")]
fn sip([k0, k1]: [u64; 2], bytes: &[u8]) -> u64 {
    let mut hasher = std::hash::SipHasher::new_with_keys(k0, k1);
    hasher.write(bytes);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vector in appendix A of the paper: bytes 0 to 14 under the key of bytes 0 to 15.
    #[test]
    fn the_published_vector_holds() {
        let bytes: Vec<u8> = (0..15).collect();
        let key = [0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908];
        assert_eq!(sip(key, &bytes), 0xa129_ca61_49be_45e5);
    }

    #[test]
    fn actor_id_and_seed_all_count() {
        let of = |seed, actor, id| Keys::new(Seed([seed; 16])).of(actor, &[id; 16]);
        let all = [of(1, 1, 1), of(2, 1, 1), of(1, 2, 1), of(1, 1, 2)];
        for (at, one) in all.iter().enumerate() {
            assert!(all[..at].iter().all(|other| other.high != one.high && other.low != one.low));
            assert_ne!(one.high, one.low);
        }
    }
}

//! SHAKE-256 with 32 bytes out, by two implementations that share no code.

use std::fmt;

use weft_hashing::Stream;

/// A SHAKE-256 output of 32 bytes: a link, a commitment or a log id. Shown as lower-case hex.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// 32 zero bytes: the link before record 0, and the log id in the first segment's header.
    pub const ZERO: Digest = Digest([0; 32]);

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// `SHAKE(x)` of the format: SHAKE-256, 32 bytes out.
pub trait Hasher: Copy + Send + Sync + 'static {
    /// The hash of the parts, one after another.
    fn hash(parts: &[&[u8]]) -> Digest;
}

/// The `shake` crate: what the kernel hashes with, one string after another.
#[derive(Clone, Copy, Debug)]
pub struct Shake;

impl Hasher for Shake {
    #[inline]
    fn hash(parts: &[&[u8]]) -> Digest {
        let mut stream = Stream::default();
        for part in parts {
            stream.update(part);
        }
        Digest(stream.finish())
    }
}

/// The `tiny-keccak` crate: the second implementation, for `chain verify --independent`.
#[derive(Clone, Copy, Debug)]
pub struct TinyKeccak;

impl Hasher for TinyKeccak {
    fn hash(parts: &[&[u8]]) -> Digest {
        use tiny_keccak::Hasher as _;
        let mut hasher = tiny_keccak::Shake::v256();
        for part in parts {
            hasher.update(part);
        }
        let mut out = [0; 32];
        hasher.finalize(&mut out);
        Digest(out)
    }
}

impl Digest {
    /// The digest that 64 lower-case hex digits stand for.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Digest> {
        let mut bytes = [0; 32];
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        if pairs.len() != bytes.len() || !rest.is_empty() {
            return None;
        }
        for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
            *byte = hex_digit(*high)? << 4 | hex_digit(*low)?;
        }
        Some(Digest(bytes))
    }
}

fn hex_digit(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_reads_back_from_its_hex_and_from_nothing_else() {
        let digest = Shake::hash(&[b"x"]);
        let hex = digest.to_string();
        assert_eq!(Digest::from_hex(&hex), Some(digest));
        for other in [&hex[1..], &format!("{hex}0"), &hex.to_uppercase(), &hex.replace('a', "g")] {
            assert_eq!(Digest::from_hex(other), None, "{other}");
        }
    }

    /// FIPS 202: the first 32 bytes of SHAKE-256 of the empty string.
    const EMPTY: &str = "46b9dd2b0ba88d13233b3feb743eeb243fcd52ea62b81b82b50c27646ed5762f";

    #[test]
    fn both_implementations_know_the_published_vector() {
        assert_eq!(Shake::hash(&[]).to_string(), EMPTY);
        assert_eq!(TinyKeccak::hash(&[]).to_string(), EMPTY);
    }

    #[test]
    fn both_implementations_agree_at_every_length_and_cut() {
        let bytes: Vec<u8> = (0..=255).chain(0..=200).collect();
        for len in 0..bytes.len() {
            let (left, right) = bytes[..len].split_at(len / 3);
            let (one, other) = (Shake::hash(&[&bytes[..len]]), TinyKeccak::hash(&[left, right]));
            assert_eq!(one, other, "length {len}");
        }
    }
}

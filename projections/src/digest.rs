//! Digests and the one hash function of this crate.

use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};
use std::fmt;
use std::str::FromStr;
use weft_hashing::{Stream, shake_each};

use crate::Error;

/// Bytes in a digest.
pub const DIGEST_BYTES: usize = 32;

/// A 32-byte digest. Displayed and parsed as 64 lower-case hex digits.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; DIGEST_BYTES]);

impl Digest {
    /// SHAKE-256 of the domain prefix and then the parts, one after another, 32 bytes out (FIPS 202).
    ///
    /// The parts are joined without separators: callers give at most one part of variable length, or a self-delimiting one.
    #[must_use]
    pub fn of(domain: &str, parts: &[&[u8]]) -> Self {
        let mut hasher = Hasher::of(domain);
        for part in parts {
            hasher.update(part);
        }
        hasher.finish()
    }

    /// [`Digest::of`] for many inputs at once, which is faster; the digests come in the order of the inputs.
    pub(crate) fn of_each<const PARTS: usize>(
        domain: &str,
        inputs: &[[&[u8]; PARTS]],
    ) -> Vec<Self> {
        shake_each(domain.as_bytes(), inputs).into_iter().map(Self).collect()
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; DIGEST_BYTES] {
        &self.0
    }
}

/// Inputs that are hashed together, one after another in one piece of memory.
#[derive(Default)]
pub(crate) struct Inputs {
    bytes: Vec<u8>,
    lens: Vec<usize>,
}

impl Inputs {
    /// Takes what `write` appends as the next input.
    pub(crate) fn push(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        let before = self.bytes.len();
        write(&mut self.bytes);
        self.lens.push(self.bytes.len() - before);
    }

    /// The digest of each input.
    pub(crate) fn digests(&self, domain: &str) -> Vec<Digest> {
        let mut rest = self.bytes.as_slice();
        let inputs = self.lens.iter().map(|len| {
            let (input, after) = rest.split_at(*len);
            rest = after;
            [input]
        });
        Digest::of_each(domain, &inputs.collect::<Vec<_>>())
    }
}

/// [`Digest::of`] for parts that come one by one.
pub(crate) struct Hasher(Stream);

impl Hasher {
    pub(crate) fn of(domain: &str) -> Self {
        let mut stream = Stream::default();
        stream.update(domain.as_bytes());
        Self(stream)
    }

    pub(crate) fn update(&mut self, part: &[u8]) {
        self.0.update(part);
    }

    pub(crate) fn finish(self) -> Digest {
        Digest(self.0.finish())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in self.0 {
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Digest {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let bad = || Error::BadDigest { text: text.chars().take(DIGEST_BYTES * 2).collect() };
        if text.len() != DIGEST_BYTES * 2 {
            return Err(bad());
        }
        let mut bytes = [0; DIGEST_BYTES];
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            *byte = hex_byte(pair).ok_or_else(bad)?;
        }
        Ok(Self(bytes))
    }
}

fn hex_byte(pair: &[u8]) -> Option<u8> {
    let lower_case = |digit: &u8| digit.is_ascii_digit() || (b'a'..=b'f').contains(digit);
    if !pair.iter().all(lower_case) {
        return None;
    }
    u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()
}

impl<C> Encode<C> for Digest {
    fn encode<W: encode::Write>(
        &self,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        e.bytes(&self.0)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Digest {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        let bytes = d.bytes()?;
        let bytes =
            bytes.try_into().map_err(|_| decode::Error::message("a digest takes 32 bytes"))?;
        Ok(Self(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_and_parse_are_inverse() {
        let digest = Digest::of("weft/test/1", &[b"a", b"b"]);
        assert_eq!(digest.to_string().parse::<Digest>().unwrap(), digest);
        assert_eq!(digest, Digest::of("weft/test/1", &[b"ab"]));
    }

    #[test]
    fn parsing_refuses_what_display_would_not_write() {
        for text in [
            "",
            "00",
            &"0".repeat(63),
            &"g".repeat(64),
            &"A".repeat(64),
            &"+f".repeat(32),
            &"é".repeat(32),
        ] {
            assert!(text.parse::<Digest>().is_err(), "{text}");
        }
    }
}

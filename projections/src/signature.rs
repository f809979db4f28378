//! Signatures, which are kept here and checked elsewhere.

use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};
use std::fmt;

/// Bytes in a signature.
pub const SIGNATURE_BYTES: usize = 64;

/// An Ed25519 signature (RFC 8032). Displayed as 128 lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature(pub [u8; SIGNATURE_BYTES]);

impl Signature {
    /// 64 zero bytes, which are nobody's signature of anything.
    pub const ZERO: Self = Self([0; SIGNATURE_BYTES]);
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in self.0 {
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<C> Encode<C> for Signature {
    fn encode<W: encode::Write>(
        &self,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        e.bytes(&self.0)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Signature {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        let bytes = d.bytes()?;
        let bytes =
            bytes.try_into().map_err(|_| decode::Error::message("a signature takes 64 bytes"))?;
        Ok(Self(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use minicbor::decode;

    #[test]
    fn a_signature_is_64_bytes_and_reads_back() {
        let signature = Signature([7; SIGNATURE_BYTES]);
        let bytes = minicbor::to_vec(signature).unwrap();
        assert_eq!(hex::encode(&bytes), format!("5840{signature}"));
        assert_eq!(decode::<Signature>(&bytes).unwrap(), signature);
        let short = minicbor::to_vec(minicbor::bytes::ByteVec::from(vec![7; 63])).unwrap();
        assert!(decode::<Signature>(&short).is_err());
    }
}

//! Whether a value is written as the bytes it was read from, without writing them anywhere: the
//! fold asks this of every record.

use minicbor::encode::{Error, Write};
use minicbor::{Encode, Encoder};

/// Whether `bytes`, all of them, are what a writer of this version writes for `value`.
pub(crate) fn encodes_to<T: Encode<()>>(value: &T, bytes: &[u8]) -> bool {
    let mut encoder = Encoder::new(Matching { rest: bytes });
    let written: Result<_, Error<Differs>> = encoder.encode(value).map(drop);
    written.is_ok() && encoder.writer().rest.is_empty()
}

/// A writer that accepts only the bytes it was given.
struct Matching<'b> {
    rest: &'b [u8],
}

/// The bytes written are not the bytes read.
struct Differs;

impl Write for Matching<'_> {
    type Error = Differs;

    fn write_all(&mut self, bytes: &[u8]) -> Result<(), Differs> {
        // Most writes are of one byte, which a call to compare would cost more than to compare.
        self.rest = match (bytes, self.rest) {
            ([byte], [first, rest @ ..]) if byte == first => rest,
            ([_], _) => return Err(Differs),
            _ => self.rest.strip_prefix(bytes).ok_or(Differs)?,
        };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_the_same_bytes_matches() {
        let value = [1_u16, 300];
        assert!(encodes_to(&value, &[0x82, 0x01, 0x19, 0x01, 0x2c]));
        for other in [&[0x82, 0x01, 0x19, 0x01, 0x2c, 0x00][..], &[0x82, 0x01], &[], &[0x82, 0x02]]
        {
            assert!(!encodes_to(&value, other), "{other:02x?}");
        }
    }
}

//! `unrecognised`: a request that nobody knows.

use minicbor::{
    Decode, Decoder, Encode, Encoder, decode,
    encode::{self, Write},
};

use crate::limits::METHOD_BYTES_MAX;

/// A request that names no command of this version. It is denied, and recorded.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Unrecognised {
    /// What was asked for.
    #[n(0)]
    pub method: Method,
}

/// The method name of an unrecognised request: any text of at most
/// [`METHOD_BYTES_MAX`] bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Method(Box<str>);

impl Method {
    /// Takes what a caller sent, cut to the limit at a character's boundary.
    #[must_use]
    pub fn cut(sent: &str) -> Method {
        let end = sent.floor_char_boundary(METHOD_BYTES_MAX as usize);
        Method(sent.get(..end).unwrap_or_default().into())
    }

    /// The method name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<C> Encode<C> for Method {
    fn encode<W: Write>(
        &self,
        encoder: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        encoder.str(&self.0)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Method {
    fn decode(decoder: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        let text = decoder.str()?;
        if text.len() > METHOD_BYTES_MAX as usize {
            return Err(decode::Error::message("method name is too long"));
        }
        Ok(Method(text.into()))
    }
}

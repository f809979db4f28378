//! A core cut at its top level, without decoding what is in it.

use minicbor::Decoder;
use minicbor::bytes::ByteArray;
use minicbor::decode::Error;
use weft_projections::Digest;

/// The parts of a core, still encoded.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Parts<'a> {
    pub(crate) request: &'a [u8],
    pub(crate) decision: &'a [u8],
    pub(crate) events: &'a [u8],
    pub(crate) payload: Option<Digest>,
    /// The name of the blob.
    pub(crate) blob: Option<Digest>,
}

impl Parts<'_> {
    /// Cuts a core, which the ledger has found to be canonical.
    ///
    /// # Errors
    /// For keys this version does not know, and for more than one blob.
    pub(crate) fn cut(core: &[u8]) -> Result<Parts<'_>, Error> {
        let mut decoder = Decoder::new(core);
        let mut parts =
            Parts { request: &[], decision: &[], events: &[], payload: None, blob: None };
        let keys = decoder.map()?.unwrap_or(0);
        for _ in 0..keys {
            match decoder.i64()? {
                1 => parts.request = item(&mut decoder)?,
                2 => parts.decision = item(&mut decoder)?,
                3 => parts.events = item(&mut decoder)?,
                4 => parts.blob = Some(only_name(&mut decoder)?),
                5 => parts.payload = Some(Digest(decoder.decode::<ByteArray<32>>()?.into())),
                key => return Err(Error::message(format!("unknown key {key} of the core"))),
            }
        }
        Ok(parts)
    }
}

/// The name in an array of one.
fn only_name(decoder: &mut Decoder<'_>) -> Result<Digest, Error> {
    match decoder.array()? {
        Some(1) => Ok(Digest(decoder.decode::<ByteArray<32>>()?.into())),
        _ => Err(Error::message("this version names one blob, not several")),
    }
}

/// The bytes of the next item.
fn item<'a>(decoder: &mut Decoder<'a>) -> Result<&'a [u8], Error> {
    let start = decoder.position();
    let rest = decoder.input().get(start..).unwrap_or_default();
    let item = len_of_item(rest).and_then(|len| rest.get(..len));
    let item = item.ok_or_else(Error::end_of_input)?;
    decoder.set_position(start + item.len());
    Ok(item)
}

/// Bytes of the item that `bytes` begins with. Several times as fast as [`Decoder::skip`], which
/// has to expect indefinite lengths: the fold does this thrice for every record.
fn len_of_item(bytes: &[u8]) -> Option<usize> {
    let mut len = 0_usize;
    let mut items = 1_u64;
    while items > 0 {
        let first = *bytes.get(len)?;
        len += 1;
        let argument = match first & 0x1f {
            low @ 0..24 => u64::from(low),
            low @ 24..28 => {
                let width = 1 << (low - 24);
                let argument = bytes.get(len..len + width)?;
                len += width;
                argument.iter().fold(0, |value, byte| value << 8 | u64::from(*byte))
            }
            _ => return None,
        };
        items -= 1;
        match first >> 5 {
            2 | 3 => len = len.checked_add(usize::try_from(argument).ok()?)?,
            4 => items = items.checked_add(argument)?,
            5 => items = items.checked_add(argument.checked_mul(2)?)?,
            6 => items += 1,
            _ => {}
        }
    }
    Some(len)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_core_is_cut_at_its_keys() {
        let core = [0xa3, 0x01, 0xa1, 0x01, 0x41, 0xa0, 0x02, 0xa1, 0x01, 0x01, 0x03, 0x80];
        let parts = Parts::cut(&core).unwrap();
        assert_eq!(parts.request, [0xa1, 0x01, 0x41, 0xa0]);
        assert_eq!(parts.decision, [0xa1, 0x01, 0x01]);
        assert_eq!((parts.events, parts.payload), (&[0x80][..], None));
        for (core, key) in
            [([0xa1, 0x06, 0x00], "6"), ([0xa1, 0x07, 0x80], "7"), ([0xa1, 0x20, 0x00], "-1")]
        {
            let error = Parts::cut(&core).unwrap_err().to_string();
            assert_eq!(error, format!("decode error: unknown key {key} of the core"));
        }
    }

    #[test]
    fn a_core_names_one_blob() {
        let name = |count: u8| {
            let mut core = vec![0xa1, 0x04, 0x80 | count];
            (0..count).for_each(|_| core.extend([&[0x58, 0x20][..], &[7; 32]].concat()));
            core
        };
        assert_eq!(Parts::cut(&name(1)).unwrap().blob, Some(Digest([7; 32])));
        for count in [0, 2] {
            let error = Parts::cut(&name(count)).unwrap_err().to_string();
            assert!(error.ends_with("this version names one blob, not several"), "{error}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// The two agree on all that is whole and of definite length.
        #[test]
        fn an_item_ends_where_a_decoder_says(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let mut decoder = Decoder::new(&bytes);
            if let Some(len) = len_of_item(&bytes).filter(|len| *len <= bytes.len())
                && decoder.skip().is_ok()
            {
                prop_assert_eq!(decoder.position(), len);
            }
        }
    }
}

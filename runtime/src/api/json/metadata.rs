//! The payload of `tree.put`: the values of a resource's metadata.
//!
//! A CBOR map from text to text in the core deterministic encoding (RFC 8949 section 4.2.1): its
//! keys stand in the bytewise order of their encodings.

use minicbor::{Decoder, Encoder};
use std::collections::BTreeMap;
use weft_projections::MetaKey;

/// The payload that holds `values`; `None` without any, since such a resource has no payload.
pub fn encode(values: &BTreeMap<MetaKey, String>) -> Option<Vec<u8>> {
    if values.is_empty() {
        return None;
    }
    let mut entries: Vec<(Vec<u8>, &str)> =
        values.iter().map(|(key, value)| (text(key.as_str()), value.as_str())).collect();
    entries.sort();
    let mut encoder = Encoder::new(Vec::new());
    encoder.map(values.len() as u64).expect("writing to memory cannot fail");
    let mut bytes = encoder.into_writer();
    for (key, value) in entries {
        bytes.extend_from_slice(&key);
        bytes.extend_from_slice(&text(value));
    }
    Some(bytes)
}

fn text(value: &str) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::with_capacity(value.len() + 9));
    encoder.str(value).expect("writing to memory cannot fail");
    encoder.into_writer()
}

/// The keys and values of a payload, or `None` when it is no map from text to text.
pub fn decode(payload: &[u8]) -> Option<BTreeMap<String, String>> {
    let mut decoder = Decoder::new(payload);
    let mut values = BTreeMap::new();
    for _ in 0..decoder.map().ok()?? {
        values.insert(decoder.str().ok()?.to_owned(), decoder.str().ok()?.to_owned());
    }
    (decoder.position() == payload.len()).then_some(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(pairs: &[(&str, &str)]) -> BTreeMap<MetaKey, String> {
        pairs.iter().map(|(key, value)| (MetaKey::new(key).unwrap(), (*value).to_owned())).collect()
    }

    #[test]
    fn the_keys_stand_in_the_order_of_their_encodings() {
        let bytes = encode(&values(&[("aa", "1"), ("b", "2")])).unwrap();
        assert_eq!(bytes, [0xa2, 0x61, b'b', 0x61, b'2', 0x62, b'a', b'a', 0x61, b'1']);
    }

    #[test]
    fn what_is_written_is_read_back() {
        let long = "x".repeat(5 << 20);
        let given = values(&[("size", "12"), ("empty", ""), ("text", "naïve\n"), ("long", &long)]);
        let found = decode(&encode(&given).unwrap()).unwrap();
        let expected: BTreeMap<String, String> =
            given.into_iter().map(|(key, value)| (key.as_str().to_owned(), value)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn no_values_are_no_payload() {
        assert_eq!(encode(&BTreeMap::new()), None);
    }

    #[test]
    fn other_payloads_are_not_taken_for_metadata() {
        for payload in [
            &b""[..],
            b"hello",
            &[0xa1, 0x61, b'a', 0x01],
            &[0xa1, 0x61],
            &[0xa0, 0x00],
            &[0xbf, 0xff],
        ] {
            assert_eq!(decode(payload), None, "{payload:?}");
        }
        // A length that no payload can have is no reason to allocate.
        assert_eq!(decode(&[0xbb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), None);
    }
}

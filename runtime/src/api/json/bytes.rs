//! Bytes in JSON: as text where they can be, and in base64.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use weft_commands::limits::INLINE_MESSAGE_BYTES_MAX;

/// Bytes as text if they are UTF-8, in base64 if they are not, and also if there are more than 16 KiB of them and
/// base64 is shorter than text with its control characters escaped: so what fits in a frame in base64 fits in any
/// case.
pub fn text_or_base64(bytes: &[u8]) -> (Option<String>, Option<String>) {
    match std::str::from_utf8(bytes) {
        Ok(text) if bytes.len() <= INLINE_MESSAGE_BYTES_MAX as usize => {
            (Some(text.to_owned()), None)
        }
        Ok(text) if escaped_len(bytes) <= bytes.len().div_ceil(3) * 4 => {
            (Some(text.to_owned()), None)
        }
        Ok(_) | Err(_) => (None, Some(BASE64_STANDARD.encode(bytes))),
    }
}

/// Bytes of a text within a JSON string (RFC 8259, 7).
fn escaped_len(text: &[u8]) -> usize {
    let escaped = |byte: &u8| match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 0x08 | 0x0c => 2,
        0x00..=0x1f => 6,
        _ => 1,
    };
    text.iter().map(escaped).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shorter_form_is_taken_for_what_is_large() {
        let check = |bytes: &[u8], is_text: bool| {
            let (text, base64) = text_or_base64(bytes);
            assert_eq!((text.is_some(), base64.is_some()), (is_text, !is_text));
            let json = serde_json::to_string(&text.or(base64)).unwrap();
            if bytes.len() > 16 << 10 {
                assert!(json.len() <= bytes.len().div_ceil(3) * 4 + 2, "{}", json.len());
            }
        };
        check(b"a\x01", true);
        check(b"\xff", false);
        check(&[1; 16 << 10], true);
        check(&[1; (16 << 10) + 1], false);
        check(&[b'x'; 70_000], true);
        check(&[b'"'; 70_000], false);
        check("é\n".repeat(40_000).as_bytes(), true);
    }

    #[test]
    fn escaping_is_counted_as_it_is_done() {
        let all: String = (0..=0x7f_u8).map(char::from).chain("éß→".chars()).collect();
        assert_eq!(serde_json::to_string(&all).unwrap().len(), escaped_len(all.as_bytes()) + 2);
    }
}

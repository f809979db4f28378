//! Requests, decisions and events as cores hold them.

use minicbor::Decoder;
use weft_commands::{decode_decision, decode_request};
use weft_projections::{Kind, events};

use crate::body::rewritten;

/// Bytes before the request that say of which kind it is.
const CHOICE: usize = 2;

/// What is read as a request, a decision or events has one way to be written: that of its bytes.
pub fn request(data: &[u8]) {
    let Some((kind, bytes)) = data.split_first_chunk::<CHOICE>() else { return };
    let kind = Kind(u16::from_be_bytes(*kind));
    if let Ok(request) = decode_request(kind, bytes) {
        assert_eq!(rewritten(bytes), bytes);
        assert_eq!(request.command.kind(), kind);
        let arguments = request.command.encode_arguments_checked().expect("it was within limits");
        let held = bytes.windows(arguments.len()).any(|part| part == arguments);
        assert!(held, "arguments come out as they went in");
    }
    if decode_decision(bytes).is_ok() {
        assert_eq!(rewritten(bytes), bytes);
    }
    let mut decoder = Decoder::new(bytes);
    if let Ok(found) = events::decode_events(&mut decoder) {
        let mut encoder = minicbor::Encoder::new(Vec::new());
        events::encode_events(&found, &mut encoder).unwrap();
        assert!(bytes.starts_with(encoder.writer()), "events come out as they went in");
    }
}

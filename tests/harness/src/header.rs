//! A record's header: 128 bytes.

use weft_ledger::limits::{CORE_BYTES_MAX, HEADER_BYTES, PAYLOAD_BYTES_MAX};
use weft_ledger::{Header, link};

/// A header that is read is written as the same bytes, and within every limit.
pub fn header(data: &[u8]) {
    let Some(bytes) = data.first_chunk::<HEADER_BYTES>() else { return };
    let Ok(header) = Header::decode(bytes) else { return };
    assert_eq!(&header.encode(), bytes, "a header comes out as it went in");
    assert_eq!(header.check(), Ok(()), "what decoding accepts, checking accepts");
    assert!((1..=CORE_BYTES_MAX).contains(&(header.core_len as usize)));
    assert!(header.payload_len as usize <= PAYLOAD_BYTES_MAX);
    assert_eq!(header.has_payload, header.payload_len > 0);
    assert!(header.cause.is_none_or(|cause| cause < header.seq));
    assert!(!header.rejected || header.verdict.lets_through());
    assert_ne!(header.command_id, [0; 16]);
    // One changed bit is another header, with another link, or none.
    let place = usize::from(data.last().copied().unwrap_or(0)) % HEADER_BYTES;
    let mut other = *bytes;
    other[place] ^= 1 << (place % 8);
    assert_ne!(link(&other), link(bytes));
    assert_ne!(Header::decode(&other).ok(), Some(header));
}

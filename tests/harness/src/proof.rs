//! Proof files.

use weft_ledger::limits::HEADER_BYTES;
use weft_ledger::{Header, PROOF_BYTES_MAX, Proof, VerifierKey, link};

use crate::golden::Golden;

/// A proof that is read is written as the same bytes, and nothing is proved under the golden log's key
/// but what is in the golden log.
pub fn proof(data: &[u8]) {
    let Ok(proof) = Proof::parse(data) else { return };
    assert_eq!(proof.to_text().as_bytes(), data, "a proof comes out as it went in");
    assert!(data.len() <= PROOF_BYTES_MAX);
    let Some(key) = VerifierKey::new(proof.checkpoint().origin(), &Golden::key()) else { return };
    let Ok(proved) = proof.check(&key) else { return };
    assert_eq!(proved.header.seq, proof.seq());
    assert!(proved.header.seq < proved.head.size);
    let known = Golden::headers();
    let found = known.iter().find(|header| Header::decode(header) == Ok(proved.header));
    let found: &[u8; HEADER_BYTES] = found.expect("only what is in the log is proved");
    assert_eq!(link(found), proved.link);
}

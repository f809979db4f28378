//! What an operator signs.

use weft_projections::Digest;

/// What every signature of an operator begins with.
pub const ACT_DOMAIN: &str = "weft/act/1";

/// Bytes that a signature is made over.
pub const ACT_BYTES: usize = ACT_DOMAIN.len() + 3 * 32;

/// What an operator signs (docs/api.md): the domain, the log's id, the connection's nonce, and
/// SHAKE-256 of the request: its id in decimal, its method, and its parameters exactly as they are
/// sent (nothing where there are none), with a newline after the first two.
pub fn act_message(
    log_id: &Digest,
    nonce: &[u8; 32],
    id: u64,
    method: &str,
    params: &str,
) -> [u8; ACT_BYTES] {
    let id = id.to_string();
    let request = [id.as_bytes(), b"\n", method.as_bytes(), b"\n", params.as_bytes()];
    let request = Digest::of("", &request);
    let parts = [ACT_DOMAIN.as_bytes(), log_id.as_bytes(), nonce, request.as_bytes()];
    let mut message = [0; ACT_BYTES];
    for (place, byte) in message.iter_mut().zip(parts.into_iter().flatten()) {
        *place = *byte;
    }
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_is_signed() {
        let (log_id, nonce) = (Digest([1; 32]), [2; 32]);
        let message = act_message(&log_id, &nonce, 7, "tree.put", "{}");
        assert_eq!(&message[..10], b"weft/act/1");
        assert_eq!((&message[10..42], &message[42..74]), (&[1; 32][..], &[2; 32][..]));
        assert_eq!(message[74..], Digest::of("", &[b"7\ntree.put\n{}"]).0);
        assert_ne!(message, act_message(&log_id, &nonce, 8, "tree.put", "{}"));
        assert_ne!(message, act_message(&log_id, &nonce, 7, "tree.put", ""));
    }
}

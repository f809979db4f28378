//! What State knows of the secret that a run of a process is known by.

use crate::Digest;

/// Bytes of a token's secret.
pub const TOKEN_BYTES: usize = 32;

/// `SHAKE("weft/token/1" ‖ secret)`: what the log holds of a token, so that it can be checked and not be found out.
#[must_use]
pub fn token_digest(secret: &[u8; TOKEN_BYTES]) -> Digest {
    Digest::of("weft/token/1", &[secret])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_of_a_token_is_pinned() {
        insta::assert_snapshot!(token_digest(&[7; TOKEN_BYTES]), @"9b3c60843deb1fe41b3373e97cb1a9f4870a9fa66b5d935365d8b352d673cac6");
        assert_ne!(token_digest(&[7; TOKEN_BYTES]), Digest::of("", &[&[7; TOKEN_BYTES]]));
    }
}

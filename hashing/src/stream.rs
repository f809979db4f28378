//! One hash, over bytes that come piece by piece.

use crate::DIGEST_BYTES;
use shake::{ExtendableOutput as _, Shake256, Update as _, XofReader as _};

/// SHAKE-256, 32 bytes out (FIPS 202), by the `shake` crate.
#[derive(Clone, Debug, Default)]
pub struct Stream(Shake256);

impl Stream {
    /// Takes what comes next.
    #[inline]
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The hash of everything that was taken.
    #[inline]
    #[must_use]
    pub fn finish(self) -> [u8; DIGEST_BYTES] {
        let mut digest = [0; DIGEST_BYTES];
        self.0.finalize_xof().read(&mut digest);
        digest
    }
}

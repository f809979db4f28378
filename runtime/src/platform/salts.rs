//! Salts and nonces, drawn from one seed of the platform's entropy.

use super::Platform;
use crate::Error;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use weft_ledger::Nonces;

/// A source of 16-byte salts. A system call for each would cost more than the record does, so a
/// ChaCha12 generator stretches one 32-byte seed; the simulation seeds it with its own.
#[derive(Clone)]
pub(crate) struct Salts(ChaCha12Rng);

impl Salts {
    pub(crate) fn seeded_by<P: Platform>(platform: &mut P) -> Result<Salts, Error> {
        let mut seed = [0u8; 32];
        platform.fill_entropy(&mut seed)?;
        Ok(Salts(ChaCha12Rng::from_seed(seed)))
    }

    /// The same source for the secrets of segments.
    pub(crate) fn into_nonces(mut self) -> Nonces {
        Box::new(move || self.draw())
    }

    pub(crate) fn draw(&mut self) -> [u8; 16] {
        let mut salt = [0u8; 16];
        self.0.fill_bytes(&mut salt);
        salt
    }
}

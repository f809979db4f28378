//! The log's own signature.

use ed25519_dalek::{Signer as _, SigningKey};

use super::head::TreeHead;
use super::key::VerifierKey;
use super::note::Checkpoint;
use super::problem::NoteProblem;
use crate::hash::Digest;

/// What goes before the bytes that a rotation's signature is over (FORMAT.md 5).
const ROTATION_PREFIX: &[u8] = b"exochain/rotate/1";

/// Who signs a log's checkpoints. Neither `Debug` nor an error shows the secret.
pub struct Signer {
    origin: String,
    secret: SigningKey,
    key: VerifierKey,
}

impl Signer {
    /// The signer of an origin line, from the 32-byte seed of its key (RFC 8032); `None` if the
    /// origin is none a key can have.
    #[must_use]
    pub fn new(origin: &str, seed: &[u8; 32]) -> Option<Signer> {
        let secret = SigningKey::from_bytes(seed);
        let key = VerifierKey::new(origin, &secret.verifying_key().to_bytes())?;
        Some(Signer { origin: origin.to_owned(), secret, key })
    }

    /// The public key.
    #[must_use]
    pub fn key(&self) -> &VerifierKey {
        &self.key
    }

    /// Signs a checkpoint and reads it back.
    pub(crate) fn sign(&self, head: TreeHead) -> Result<Checkpoint, NoteProblem> {
        let text = Checkpoint::text_of(&self.origin, &head);
        let signature = self.secret.sign(text.as_bytes()).to_bytes();
        let note = Checkpoint::signed(&self.origin, head, &self.key, &signature)?;
        note.verify(&self.key)?;
        Ok(note)
    }

    /// The signature by which this key hands over to `new_key` in record `seq`.
    #[must_use]
    pub fn hand_over(&self, log_id: &Digest, seq: u64, new_key: &[u8; 32]) -> [u8; 64] {
        self.secret.sign(&rotation_message(log_id, seq, new_key)).to_bytes()
    }
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Signer").field("key", &self.key).finish_non_exhaustive()
    }
}

/// What the old key signs in a `log.rotate_key`: `"exochain/rotate/1" ‖ log id ‖ seq ‖ new key`.
#[must_use]
pub fn rotation_message(log_id: &Digest, seq: u64, new_key: &[u8; 32]) -> Vec<u8> {
    [ROTATION_PREFIX, log_id.as_bytes(), &seq.to_be_bytes(), new_key].concat()
}

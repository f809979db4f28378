//! Which key signs checkpoints of which size.

use ed25519_dalek::{Signature, VerifyingKey};

use super::key::VerifierKey;
use super::note::Checkpoint;
use super::problem::NoteProblem;
use super::signer::rotation_message;
use crate::hash::Digest;
use crate::reason::Reason;
use crate::record::{GenesisFacts, Header, kind, read_genesis, read_rotation};

/// Hex digits of the log id in the origin line.
const ID_DIGITS: usize = 16;

/// The keys of a log, from its genesis and its rotations.
#[derive(Clone, Debug, Default)]
pub struct LogKeys {
    origin: String,
    log_id: Digest,
    /// Records up to this one were copied from another log: rotations among them are that log's.
    copied: u64,
    /// Each key with the size above which checkpoints need it, ascending.
    keys: Vec<(u64, [u8; 32])>,
}

impl LogKeys {
    /// The keys as of a position where they are known.
    #[must_use]
    pub fn new(origin: &str, log_id: Digest, copied: u64, keys: Vec<(u64, [u8; 32])>) -> LogKeys {
        LogKeys { origin: origin.to_owned(), log_id, copied, keys }
    }

    /// The keys that record 0 names.
    pub(crate) fn of_genesis(core: &[u8], log_id: Digest) -> LogKeys {
        let Some(GenesisFacts { origin, log_key, fork }) = read_genesis(core) else {
            return LogKeys::default();
        };
        let digits = log_id.to_string();
        let origin = format!("{origin}/{}", digits.get(..ID_DIGITS).unwrap_or_default());
        LogKeys {
            origin,
            log_id,
            copied: fork.map_or(0, |fork| fork.seq),
            keys: vec![(0, log_key)],
        }
    }

    /// The origin line of checkpoints: the origin, '/', and the first 16 hex digits of the log id.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The link of record 0.
    #[must_use]
    pub fn log_id(&self) -> Digest {
        self.log_id
    }

    /// The public key that signs a checkpoint of `size`; `None` before genesis was seen.
    #[must_use]
    pub fn key_for(&self, size: u64) -> Option<[u8; 32]> {
        self.keys.iter().rev().find(|(above, _)| size > *above || *above == 0).map(|(_, key)| *key)
    }

    /// The same as notes name it.
    #[must_use]
    pub fn verifier_for(&self, size: u64) -> Option<VerifierKey> {
        VerifierKey::new(&self.origin, &self.key_for(size)?)
    }

    /// Whether the key that a checkpoint of this size needs signed it.
    pub(super) fn verify(&self, note: &Checkpoint) -> Result<(), NoteProblem> {
        match self.verifier_for(note.head().size) {
            Some(key) => note.verify(&key),
            None => Err(NoteProblem::Unsigned { key: self.origin.clone() }),
        }
    }

    /// What is wrong with a signature by a key of the log that does not hold.
    pub(super) fn forged(&self, note: &Checkpoint) -> Option<NoteProblem> {
        self.verify(note).err().filter(|problem| matches!(problem, NoteProblem::Signature { .. }))
    }

    /// Each key with the size above which checkpoints need it.
    #[must_use]
    pub fn history(&self) -> &[(u64, [u8; 32])] {
        &self.keys
    }

    /// Takes note of a record, if it changes the key.
    ///
    /// # Errors
    /// [`Reason::RotationSignature`] when the old key did not sign the change.
    pub(crate) fn take(&mut self, header: &Header, core: &[u8]) -> Result<(), Reason> {
        if header.kind != kind::ROTATE_KEY || !header.took_effect() || header.seq <= self.copied {
            return Ok(());
        }
        let signed = read_rotation(core).zip(self.key_for(header.seq));
        let ((new_key, signature), old) = signed.ok_or(Reason::RotationSignature)?;
        let message = rotation_message(&self.log_id, header.seq, &new_key);
        let holds = VerifyingKey::from_bytes(&old).is_ok_and(|old| {
            old.verify_strict(&message, &Signature::from_bytes(&signature)).is_ok()
        });
        if !holds {
            return Err(Reason::RotationSignature);
        }
        self.keys.push((header.seq, new_key));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_needed_above_the_record_that_brought_it() {
        let keys = LogKeys::new("o/0", Digest::ZERO, 0, vec![(0, [1; 32]), (5, [2; 32])]);
        let key = |size| keys.key_for(size).map(|key| key[0]);
        assert_eq!([key(0), key(1), key(5), key(6), key(900)], [1, 1, 1, 2, 2].map(Some));
        assert_eq!(LogKeys::default().key_for(1), None);
    }
}

//! The old key's word for the new one.

use super::read_next;
use weft_commands::Rotation;
use weft_ledger::Signer;
use weft_ledger::storage::Storage;
use weft_projections::{Digest, Seq, Signature};

/// What a node changes the key of its log with. Nothing shows its secrets.
pub(crate) struct HandOver<S> {
    storage: S,
    origin: String,
    log_id: Digest,
    signer: Signer,
    /// The key that was handed over to last, until it is known whether that took effect.
    successor: Option<Signer>,
}

impl<S: Storage> HandOver<S> {
    /// For a log of this id, whose key `signer` holds; the keys lie in `storage`.
    pub(crate) fn new(storage: S, origin: &str, log_id: Digest, signer: Signer) -> HandOver<S> {
        HandOver { storage, origin: origin.to_owned(), log_id, signer, successor: None }
    }

    /// Signs that record `seq` hands the log over from `current` to `new_key`, if the secrets of both are here: a new key
    /// whose secret was not stored before would leave a log that nobody can sign for.
    pub(crate) fn ask(&mut self, seq: Seq, current: Digest, new_key: Digest) -> Rotation {
        self.successor = self.next().filter(|next| next.key().public_key() == new_key.0);
        if self.successor.is_none() || self.signer.key().public_key() != current.0 {
            return Rotation::Unsigned;
        }
        let log_id = weft_ledger::Digest(self.log_id.0);
        Rotation::Signed(Signature(self.signer.hand_over(&log_id, seq.0, &new_key.0)))
    }

    /// What was asked for last has taken effect: the next rotation is the new key's to sign.
    pub(crate) fn done(&mut self) {
        if let Some(successor) = self.successor.take() {
            self.signer = successor;
        }
    }

    fn next(&self) -> Option<Signer> {
        let next = read_next(&self.storage).inspect_err(|error| {
            tracing::error!(%error, "the next key of the log cannot be read");
        });
        Signer::new(&self.origin, &next.ok()??)
    }
}

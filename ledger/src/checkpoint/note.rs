//! One checkpoint: a signed note about a tree (C2SP tlog-checkpoint, C2SP signed-note).

use signed_note::{Note, Signature};

use super::head::TreeHead;
use super::key::{VerifierKey, WitnessKey};
use super::problem::NoteProblem;

/// Most bytes of a checkpoint with its signatures.
pub const NOTE_BYTES_MAX: usize = 16 << 10;

/// A checkpoint as it was read: well-formed, and not necessarily signed by anybody in particular.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    head: TreeHead,
    bytes: Vec<u8>,
}

/// A witness's word that it saw a checkpoint (C2SP tlog-cosignature, `cosignature/v1`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cosignature {
    /// The witness.
    pub witness: WitnessKey,
    /// When it saw it, in seconds since 1970.
    pub unix_seconds: u64,
}

impl Checkpoint {
    /// Reads a note, which has to be written as a writer would have written it.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn parse(bytes: &[u8]) -> Result<Checkpoint, NoteProblem> {
        if bytes.len() > NOTE_BYTES_MAX {
            return Err(NoteProblem::Long { found: bytes.len() as u64 });
        }
        let note = Note::from_bytes(bytes).map_err(|_| NoteProblem::Note)?;
        if note.to_bytes() != bytes {
            return Err(NoteProblem::Note);
        }
        let text =
            tlog_tiles::Checkpoint::from_bytes(note.text()).map_err(|_| NoteProblem::Text)?;
        if !text.extension().is_empty() || text.to_bytes() != note.text() {
            return Err(NoteProblem::Text);
        }
        let head = TreeHead { size: text.size(), root: (*text.hash()).into() };
        Ok(Checkpoint { origin: text.origin().to_owned(), head, bytes: bytes.to_vec() })
    }

    /// The text of a checkpoint, which signatures are over.
    pub(super) fn text_of(origin: &str, head: &TreeHead) -> String {
        format!("{origin}\n{}\n{}\n", head.size, tlog_tiles::Hash::from(head.root))
    }

    /// Puts a text and its signature together.
    pub(super) fn signed(
        origin: &str,
        head: TreeHead,
        key: &VerifierKey,
        signature: &[u8; 64],
    ) -> Result<Checkpoint, NoteProblem> {
        let line = Signature::new(key.name().to_owned(), key.id(), signature.to_vec());
        let line = line.map_err(|_| NoteProblem::Note)?;
        let note = Note::new(Checkpoint::text_of(origin, &head).as_bytes(), &[line]);
        let note = note.map_err(|_| NoteProblem::Text)?;
        Checkpoint::parse(&note.to_bytes())
    }

    /// The origin line: the log's name, and the name of its key.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The tree.
    #[must_use]
    pub fn head(&self) -> TreeHead {
        self.head
    }

    /// The note as it is written.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether the log's key signed it, and every line by that key holds.
    ///
    /// # Errors
    /// [`NoteProblem::Unsigned`] without such a line, [`NoteProblem::Signature`] if it does not
    /// hold, [`NoteProblem::Origin`] if the key is another log's.
    pub fn verify(&self, key: &VerifierKey) -> Result<(), NoteProblem> {
        if self.origin != key.name() {
            let (found, expected) = (self.origin.clone(), key.name().to_owned());
            return Err(NoteProblem::Origin { found, expected });
        }
        let mut signed = false;
        let text = self.text();
        for line in self.lines(key.name(), key.id()) {
            if !key.verify(text, line.signature()) {
                return Err(NoteProblem::Signature { key: key.to_string() });
            }
            signed = true;
        }
        if signed { Ok(()) } else { Err(NoteProblem::Unsigned { key: key.to_string() }) }
    }

    /// The witness's cosignature; `None` if it did not cosign.
    ///
    /// # Errors
    /// [`NoteProblem::Signature`] if one of its lines does not hold.
    pub fn cosignature(&self, witness: &WitnessKey) -> Result<Option<Cosignature>, NoteProblem> {
        let mut seen = None;
        for line in self.lines(witness.name(), witness.id()) {
            let Some(unix_seconds) = witness.verify(self.text(), line.signature()) else {
                return Err(NoteProblem::Signature { key: witness.to_string() });
            };
            seen = Some(Cosignature { witness: witness.clone(), unix_seconds });
        }
        Ok(seen)
    }

    /// How many signature lines there are, the log's own included.
    #[must_use]
    pub fn signatures(&self) -> usize {
        self.signature_block().lines().count()
    }

    /// This checkpoint with every signature line of another note over the same text.
    ///
    /// # Errors
    /// [`NoteProblem::Text`] if the texts differ, [`NoteProblem::Long`] if it gets too long.
    pub fn joined(&self, other: &Checkpoint) -> Result<Checkpoint, NoteProblem> {
        if self.text() != other.text() {
            return Err(NoteProblem::Text);
        }
        let mut bytes = self.bytes.clone();
        let own = self.signature_block();
        for line in other.signature_block().lines().filter(|line| own.lines().all(|l| l != *line)) {
            bytes.extend_from_slice(line.as_bytes());
            bytes.push(b'\n');
        }
        Checkpoint::parse(&bytes)
    }

    /// What is signed: everything before the blank line.
    fn text(&self) -> &[u8] {
        let end = self.bytes.windows(2).rposition(|pair| pair == b"\n\n").map_or(0, |at| at + 1);
        self.bytes.get(..end).unwrap_or_default()
    }

    fn signature_block(&self) -> &str {
        let start = self.text().len() + 1;
        let block = self.bytes.get(start..).unwrap_or_default();
        std::str::from_utf8(block).unwrap_or_default()
    }

    fn lines(&self, name: &str, id: u32) -> impl Iterator<Item = Signature> {
        let parsed = self.signature_block().lines();
        parsed
            .filter_map(|line| Signature::from_bytes(line.as_bytes()).ok())
            .filter(move |line| line.name() == name && line.id() == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkpoint::Signer;
    use crate::tree::Root;
    use ed25519_dalek::{Signer as _, SigningKey};

    const ORIGIN: &str = "example.org/node/0123456789abcdef";

    fn signed(seed: u8) -> (Checkpoint, VerifierKey) {
        let signer = Signer::new(ORIGIN, &[seed; 32]).unwrap();
        let head = TreeHead { size: 7, root: Root([9; 32]) };
        (signer.sign(head).unwrap(), signer.key().clone())
    }

    #[test]
    fn a_note_is_read_as_it_was_signed() {
        let (note, key) = signed(1);
        let again = Checkpoint::parse(note.as_bytes()).unwrap();
        assert_eq!(again, note);
        assert_eq!((again.origin(), again.head().size, again.signatures()), (ORIGIN, 7, 1));
        assert_eq!(again.verify(&key), Ok(()));
        let (_, other) = signed(2);
        assert_eq!(note.verify(&other), Err(NoteProblem::Unsigned { key: other.to_string() }));
        let text = key.to_string();
        assert_eq!(text.parse::<VerifierKey>().unwrap(), key);
        assert!(text.parse::<WitnessKey>().is_err(), "the type byte says what a key is for");
    }

    #[test]
    fn every_changed_byte_is_found() {
        let (note, key) = signed(1);
        for at in 0..note.as_bytes().len() {
            for mask in [1, 0x20, 0x80] {
                let mut bytes = note.as_bytes().to_vec();
                bytes[at] ^= mask;
                let verified = Checkpoint::parse(&bytes).and_then(|note| note.verify(&key));
                assert!(verified.is_err(), "byte {at} mask {mask}");
            }
        }
        for len in 0..note.as_bytes().len() {
            assert!(Checkpoint::parse(&note.as_bytes()[..len]).is_err(), "cut at {len}");
        }
    }

    #[test]
    fn a_witness_cosigns_the_text_and_the_time() {
        let (note, key) = signed(1);
        let secret = SigningKey::from_bytes(&[5; 32]);
        let public = secret.verifying_key().to_bytes();
        let witness = WitnessKey::new("witness.example", &public).unwrap();
        let cosign = |time: u64| {
            let message =
                [format!("cosignature/v1\ntime {time}\n").as_bytes(), note.text()].concat();
            let signature = secret.sign(&message).to_bytes();
            let bytes = [&time.to_be_bytes()[..], &signature].concat();
            let line = Signature::new(witness.name().to_owned(), witness.id(), bytes).unwrap();
            let line = line.to_bytes();
            Checkpoint::parse(&[note.as_bytes(), &line].concat()).unwrap()
        };
        let seen = cosign(1_700_000_000);
        let joined = note.joined(&seen).unwrap();
        assert_eq!((joined.signatures(), joined.verify(&key)), (2, Ok(())));
        let expected = Cosignature { witness: witness.clone(), unix_seconds: 1_700_000_000 };
        assert_eq!(joined.cosignature(&witness), Ok(Some(expected)));
        assert_eq!(note.cosignature(&witness), Ok(None));
        let text = String::from_utf8(seen.as_bytes().to_vec()).unwrap();
        let line = text.lines().last().unwrap();
        let forged = text.replace("\n7\n", "\n8\n");
        assert!(forged.contains(line));
        let forged = Checkpoint::parse(forged.as_bytes()).unwrap();
        assert!(matches!(forged.cosignature(&witness), Err(NoteProblem::Signature { .. })));
    }
}

//! The vectors of what is signed: tree, checkpoint, proof, rotation.
//!
//! Tree and texts are put together here once more, by hand; the ledger has to read them, and to write
//! the same.

use super::vectors::{Form, Frame, Vector};
use crate::support::{LOG_KEY_SEED, ORIGIN};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer as _, SigningKey};
use sha2::{Digest as _, Sha256};
use weft_ledger::{Hasher as _, TinyKeccak};

type Hash = [u8; 32];

/// The record that proofs are about.
pub(super) const PROVED: u8 = 2;

/// Every vector, in the order of the page's sections.
pub(super) fn all(frames: &[Frame]) -> Vec<Vector> {
    let signed = Signed::new(frames);
    let [prefix_of_leaf, prefix_of_node] = [("prefix", vec![0]), ("prefix", vec![1])];
    let leaves = &signed.leaves;
    let [one, two] = [leaves[0].to_vec(), leaves[1].to_vec()];
    let numbered = ["leaf 0", "leaf 1", "leaf 2", "leaf 3", "leaf 4", "leaf 5", "leaf 6", "leaf 7"];
    let inputs = numbered.into_iter().zip(leaves.iter().map(|leaf| leaf.to_vec())).collect();
    let key = signed.public_key();
    let text = |name: &str, how, text: String| Vector {
        name: name.to_owned(),
        how,
        inputs: vec![("public key", key.clone())],
        output: text.into_bytes(),
        form: Form::Text,
    };
    vec![
        hashed("leaf of record 0", vec![prefix_of_leaf, ("header", frames[0].header())]),
        hashed(
            "node over the first two leaves",
            vec![prefix_of_node, ("left", one), ("right", two)],
        ),
        vector("root of the 8 records", "tree", inputs, root(leaves).to_vec()),
        hashed(
            "key id: the first 4 bytes",
            vec![
                ("name", signed.name.clone().into_bytes()),
                ("newline, type", vec![b'\n', 1]),
                ("public key", key.clone()),
            ],
        ),
        signed.rotation(),
        text("checkpoint of the 8 records", "checkpoint", signed.checkpoint()),
        text("proof of record 2", "proof", signed.proof(frames, &[])),
        text(
            "proof of record 2, revealed",
            "proof",
            signed.proof(frames, &frames[usize::from(PROVED)].behind_header()),
        ),
    ]
}

/// What it takes to sign for the golden log.
struct Signed {
    secret: SigningKey,
    name: String,
    log_id: Hash,
    leaves: Vec<Hash>,
}

impl Signed {
    fn new(frames: &[Frame]) -> Signed {
        let log_id = *TinyKeccak::hash(&[&frames[0].header()]).as_bytes();
        Signed {
            secret: SigningKey::from_bytes(&LOG_KEY_SEED),
            name: format!("{ORIGIN}/{}", &hex::encode(log_id)[..16]),
            log_id,
            leaves: frames.iter().map(|frame| sha256(&[&[0], &frame.header()])).collect(),
        }
    }

    fn public_key(&self) -> Vec<u8> {
        self.secret.verifying_key().as_bytes().to_vec()
    }

    /// Origin, size and root; then who signed these lines.
    fn checkpoint(&self) -> String {
        let (name, size) = (&self.name, self.leaves.len());
        let text = format!("{name}\n{size}\n{}\n", STANDARD.encode(root(&self.leaves)));
        let key_id = &sha256(&[name.as_bytes(), b"\n\x01", &self.public_key()])[..4];
        let signature = self.secret.sign(text.as_bytes()).to_bytes();
        let signature = STANDARD.encode([key_id, &signature].concat());
        format!("{text}\n— {name} {signature}\n")
    }

    /// The hashes beside the way from record 2 up: its neighbour, the two before, the four after.
    fn proof(&self, frames: &[Frame], revealed: &[u8]) -> String {
        let leaves = &self.leaves;
        let path = [leaves[3], root(&leaves[..2]), root(&leaves[4..])];
        let path: String = path.map(|hash| STANDARD.encode(hash) + "\n").concat();
        let header = frames[usize::from(PROVED)].header();
        let extra = STANDARD.encode([&header, revealed].concat());
        let checkpoint = self.checkpoint();
        format!("c2sp.org/tlog-proof@v1\nextra {extra}\nindex {PROVED}\n{path}\n{checkpoint}")
    }

    /// How record 8 would hand the log over to another key.
    fn rotation(&self) -> Vector {
        let new_key = SigningKey::from_bytes(&[0x55; 32]).verifying_key().to_bytes();
        let seq = 8_u64.to_be_bytes();
        let message = [b"exochain/rotate/1", &self.log_id[..], &seq, &new_key].concat();
        let output = self.secret.sign(&message).to_bytes().to_vec();
        let inputs = vec![
            ("public key", self.public_key()),
            ("prefix", b"exochain/rotate/1".to_vec()),
            ("log id", self.log_id.to_vec()),
            ("seq", seq.to_vec()),
            ("new key", new_key.to_vec()),
        ];
        vector("signature of a rotation in record 8", "Ed25519", inputs, output)
    }
}

/// RFC 6962 2.1, word by word: split at the largest power of two below the size.
fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(leaves.len().div_ceil(2).next_power_of_two());
            sha256(&[&[1], &root(left), &root(right)])
        }
    }
}

fn sha256(parts: &[&[u8]]) -> Hash {
    Sha256::digest(parts.concat()).into()
}

fn hashed(name: &str, inputs: Vec<(&'static str, Vec<u8>)>) -> Vector {
    let parts: Vec<&[u8]> = inputs.iter().map(|(_, part)| part.as_slice()).collect();
    let output = sha256(&parts).to_vec();
    vector(name, "SHA-256", inputs, output)
}

fn vector(
    name: &str,
    how: &'static str,
    inputs: Vec<(&'static str, Vec<u8>)>,
    output: Vec<u8>,
) -> Vector {
    Vector { name: name.to_owned(), how, inputs, output, form: Form::Hex }
}

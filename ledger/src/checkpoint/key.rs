//! Public keys as notes name them (C2SP signed-note, C2SP tlog-cosignature).

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, VerifyingKey};

use super::problem::NoteProblem;

/// The type byte of Ed25519 signatures over a note's text.
const ED25519: u8 = 0x01;

/// The type byte of timestamped cosignatures.
const COSIGNATURE: u8 = 0x04;

/// An Ed25519 key that signs notes: `<name>+<key id>+<base64(01 ‖ key)>`.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifierKey(Named);

/// A witness's key for cosignatures: `<name>+<key id>+<base64(04 ‖ key)>`.
#[derive(Clone, PartialEq, Eq)]
pub struct WitnessKey(Named);

#[derive(Clone, PartialEq, Eq)]
struct Named {
    name: String,
    id: u32,
    key: VerifyingKey,
    algorithm: u8,
}

impl VerifierKey {
    /// The key of a name; `None` if the 32 bytes are no Ed25519 key or the name is none a note can
    /// have (empty, white space, '+').
    #[must_use]
    pub fn new(name: &str, key: &[u8; 32]) -> Option<VerifierKey> {
        Named::new(name, key, ED25519).map(VerifierKey)
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The 32 bytes of the key (RFC 8032).
    #[must_use]
    pub fn public_key(&self) -> [u8; 32] {
        self.0.key.to_bytes()
    }

    /// The four bytes that a signature line begins with.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.0.id
    }

    pub(super) fn verify(&self, text: &[u8], signature: &[u8]) -> bool {
        self.0.verify(text, signature)
    }
}

impl WitnessKey {
    /// The key of a name; `None` if the 32 bytes are no Ed25519 key or the name is none a note can
    /// have (empty, white space, '+').
    #[must_use]
    pub fn new(name: &str, key: &[u8; 32]) -> Option<WitnessKey> {
        Named::new(name, key, COSIGNATURE).map(WitnessKey)
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The four bytes that a signature line begins with.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.0.id
    }

    /// The time, in seconds since 1970, at which the witness saw this note; `None` if the
    /// cosignature does not hold.
    pub(super) fn verify(&self, text: &[u8], signature: &[u8]) -> Option<u64> {
        let (time, signature) = signature.split_first_chunk::<8>()?;
        let time = u64::from_be_bytes(*time);
        let mut message = format!("cosignature/v1\ntime {time}\n").into_bytes();
        message.extend_from_slice(text);
        self.0.verify(&message, signature).then_some(time)
    }
}

impl Named {
    fn new(name: &str, key: &[u8; 32], algorithm: u8) -> Option<Named> {
        if !signed_note::is_key_name_valid(name) {
            return None;
        }
        let key = VerifyingKey::from_bytes(key).ok().filter(|key| !key.is_weak())?;
        let mut encoded = vec![algorithm];
        encoded.extend_from_slice(key.as_bytes());
        let id = signed_note::key_id(name, &encoded);
        Some(Named { name: name.to_owned(), id, key, algorithm })
    }

    fn parse(text: &str, algorithm: u8) -> Option<Named> {
        let (name, rest) = text.split_once('+')?;
        let (id, key) = rest.split_once('+')?;
        let (found, key) =
            STANDARD.decode(key).ok()?.split_first().map(|(a, k)| (*a, k.to_vec()))?;
        let named = Named::new(name, key.as_slice().try_into().ok()?, algorithm)?;
        (found == algorithm && named.to_string() == text && id.len() == 8).then_some(named)
    }

    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        let Ok(signature) = Signature::from_slice(signature) else { return false };
        self.key.verify_strict(message, &signature).is_ok()
    }
}

impl fmt::Display for Named {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut encoded = vec![self.algorithm];
        encoded.extend_from_slice(self.key.as_bytes());
        write!(formatter, "{}+{:08x}+{}", self.name, self.id, STANDARD.encode(encoded))
    }
}

macro_rules! written {
    ($key:ident, $algorithm:ident) => {
        impl fmt::Display for $key {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, formatter)
            }
        }

        impl fmt::Debug for $key {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, formatter)
            }
        }

        impl FromStr for $key {
            type Err = NoteProblem;

            fn from_str(text: &str) -> Result<$key, NoteProblem> {
                let named = Named::parse(text, $algorithm);
                named.map($key).ok_or_else(|| NoteProblem::Unsigned { key: text.to_owned() })
            }
        }
    };
}

written!(VerifierKey, ED25519);
written!(WitnessKey, COSIGNATURE);

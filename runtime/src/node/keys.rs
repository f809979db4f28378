//! The node's Ed25519 keys, as files nobody else can read.

use super::Layout;
use crate::Error;
use ed25519_dalek::{Signer, SigningKey};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

/// A key file is the 32-byte seed of RFC 8032 and nothing else.
pub const KEY_FILE_BYTES: usize = 32;

/// An Ed25519 public key (RFC 8032), 32 bytes.
pub type PublicKey = [u8; 32];

/// The secret keys of a node. Neither `Debug` nor an error shows them.
pub struct Keys {
    log: SigningKey,
    operator: SigningKey,
}

impl Keys {
    /// Keys from two seeds.
    pub fn from_seeds(log: &[u8; 32], operator: &[u8; 32]) -> Keys {
        Keys { log: SigningKey::from_bytes(log), operator: SigningKey::from_bytes(operator) }
    }

    /// Reads the keys of the node at `layout`.
    ///
    /// # Errors
    /// [`Error::Key`] when a file is missing, unreadable or not 32 bytes long.
    pub fn load(layout: &Layout) -> Result<Keys, Error> {
        let (log, operator) = (read(&layout.log_key())?, read(&layout.operator_key())?);
        Ok(Keys::from_seeds(&log, &operator))
    }

    /// Reads the 32-byte seed of the log's key alone: whoever opens a node for writing needs it.
    ///
    /// # Errors
    /// As [`Keys::load`].
    pub(crate) fn load_log_seed(layout: &Layout) -> Result<[u8; KEY_FILE_BYTES], Error> {
        read(&layout.log_key())
    }

    /// Writes the keys of a new node, synced, mode 0600 in a folder of mode 0700.
    ///
    /// # Errors
    /// [`Error::Key`] when a file exists or cannot be written.
    pub fn store(&self, layout: &Layout) -> Result<(), Error> {
        let folder = layout.keys();
        DirBuilder::new()
            .mode(0o700)
            .create(&folder)
            .map_err(|source| Error::key(&folder, source))?;
        write(&layout.log_key(), &self.log)?;
        write(&layout.operator_key(), &self.operator)?;
        File::open(&folder)
            .and_then(|folder| folder.sync_all())
            .map_err(|source| Error::key(&folder, source))
    }

    /// The log's public key, as the genesis record holds it.
    pub fn log_public(&self) -> PublicKey {
        self.log.verifying_key().to_bytes()
    }

    /// The bootstrap operator's public key, as the genesis record holds it.
    pub fn operator_public(&self) -> PublicKey {
        self.operator.verifying_key().to_bytes()
    }

    /// The operator's Ed25519 signature (RFC 8032) over `message`.
    pub fn sign_as_operator(&self, message: &[u8]) -> [u8; 64] {
        self.operator.sign(message).to_bytes()
    }
}

impl core::fmt::Debug for Keys {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        out.write_str("Keys(secret)")
    }
}

fn read(path: &Path) -> Result<[u8; KEY_FILE_BYTES], Error> {
    let fail = |source| Error::key(path, source);
    let mut seed = [0; KEY_FILE_BYTES];
    let length = fs::metadata(path).map_err(fail)?.len();
    if length != KEY_FILE_BYTES as u64 {
        return Err(Error::KeyLength { path: path.to_owned(), length });
    }
    File::open(path).and_then(|mut file| file.read_exact(&mut seed)).map_err(fail)?;
    Ok(seed)
}

fn write(path: &Path, key: &SigningKey) -> Result<(), Error> {
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    let written = file.and_then(|mut file| {
        file.write_all(key.as_bytes())?;
        file.sync_all()
    });
    written.map_err(|source| Error::key(path, source))
}

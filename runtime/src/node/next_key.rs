//! The key that is to sign the log's checkpoints next, stored before anybody asks for it.

use super::{KEY_FILE_BYTES, Layout, PublicKey};
use crate::Error;
use crate::log_key::{NEXT_LOG_KEY, read_next};
use crate::platform::{Native, Platform};
use ed25519_dalek::SigningKey;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use weft_ledger::storage::Storage;

/// What the file is called until it is whole.
const UNFINISHED: &str = "keys/log.key.next.tmp";

/// The public key of the next key that is stored already, for a rotation that was begun and came to no
/// end; `None` if there is none.
///
/// # Errors
/// [`Error::Key`] for a file that cannot be read or is not 32 bytes long.
pub fn next_log_key(layout: &Layout) -> Result<Option<PublicKey>, Error> {
    let next = read_next(&Native::of(layout).storage());
    let next = next.map_err(|source| Error::key(&layout.next_log_key(), source))?;
    Ok(next.map(|seed| public(&seed)))
}

/// Stores the key of `seed` (RFC 8032) durably as the next one, mode 0600; its public key. One that is
/// there is never replaced: the log may need it. It is that one's public key then.
///
/// # Errors
/// [`Error::Key`] for what the operating system says: there is no next key then, or a whole one.
pub fn store_next_log_key(
    layout: &Layout,
    seed: &[u8; KEY_FILE_BYTES],
) -> Result<PublicKey, Error> {
    if let Some(next) = next_log_key(layout)? {
        return Ok(next);
    }
    let stored = store(layout, seed);
    match stored {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let other = next_log_key(layout)?;
            other.ok_or_else(|| Error::key(&layout.next_log_key(), error))
        }
        Err(error) => Err(Error::key(&layout.next_log_key(), error)),
        Ok(()) => Ok(public(seed)),
    }
}

fn store(layout: &Layout, seed: &[u8; KEY_FILE_BYTES]) -> io::Result<()> {
    let storage = Native::of(layout).storage();
    let path = layout.data_dir().join(UNFINISHED);
    match fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
    file.write_all(seed)?;
    file.sync_all()?;
    storage.rename(UNFINISHED, NEXT_LOG_KEY)?;
    storage.sync_dir("keys")
}

fn public(seed: &[u8; KEY_FILE_BYTES]) -> PublicKey {
    SigningKey::from_bytes(seed).verifying_key().to_bytes()
}

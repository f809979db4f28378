//! The two files of the log's key.

use std::io;
use weft_ledger::storage::{Access, File, Storage};
use weft_ledger::{LogKeys, Signer};

/// The secret of an Ed25519 key (RFC 8032).
pub(crate) type LogSeed = [u8; SEED_BYTES];

const SEED_BYTES: usize = 32;

/// The folder of the keys, in the data directory.
const KEYS_DIR: &str = "keys";

/// The key that signs.
const LOG_KEY: &str = "keys/log.key";

/// The key that is to sign after it.
pub(crate) const NEXT_LOG_KEY: &str = "keys/log.key.next";

/// The key that is to follow; `None` if there is none.
///
/// # Errors
/// What the operating system says, and `InvalidData` for a file that is not 32 bytes long.
pub(crate) fn read_next<S: Storage>(storage: &S) -> io::Result<Option<LogSeed>> {
    match storage.open(NEXT_LOG_KEY, Access::Read) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        opened => read(&opened?).map(Some),
    }
}

/// The seed of the key that a log of `size` records needs: `current`, which has the name of the key that signs, or the
/// one that was to follow it, if a change of keys was on its way there. Then that is completed. `None` if it is neither.
///
/// # Errors
/// As [`read_next`] and [`take_over`].
pub(crate) fn seed_for<S: Storage>(
    storage: &S,
    current: Option<LogSeed>,
    keys: &LogKeys,
    size: u64,
) -> io::Result<Option<LogSeed>> {
    let needed = keys.verifier_for(size);
    let is_needed = |seed: &LogSeed| {
        let signer = Signer::new(keys.origin(), seed);
        needed.is_some() && needed.as_ref() == signer.as_ref().map(Signer::key)
    };
    if current.as_ref().is_some_and(is_needed) {
        return Ok(current);
    }
    let next = read_next(storage)?.filter(is_needed);
    if next.is_some() {
        take_over(storage)?;
    }
    Ok(next)
}

/// Gives the key that was to follow the name of the one that signs, and overwrites the old one: after its log has
/// another key it signs nothing that counts, and whoever finds it should find nothing. There is a key that signs at
/// every moment.
///
/// # Errors
/// What the operating system says; then it is the one or the other, and opening the node finds out.
pub(crate) fn take_over<S: Storage>(storage: &S) -> io::Result<()> {
    let old = storage.open(LOG_KEY, Access::Write);
    storage.replace(NEXT_LOG_KEY, LOG_KEY)?;
    storage.sync_dir(KEYS_DIR)?;
    let forgotten = old.and_then(|old| {
        old.write_at(&[0; SEED_BYTES], 0)?;
        old.sync_data()
    });
    if let Err(error) = forgotten {
        // It has no name any more, and the log needs it no more than a key that is lost.
        tracing::warn!(%error, "the old key of the log was not overwritten");
    }
    Ok(())
}

fn read(file: &impl File) -> io::Result<LogSeed> {
    let len = file.len()?;
    if len != SEED_BYTES as u64 {
        let reason = format!("{NEXT_LOG_KEY} has {len} bytes, expected {SEED_BYTES}");
        return Err(io::Error::new(io::ErrorKind::InvalidData, reason));
    }
    let mut seed = [0; SEED_BYTES];
    let mut done = 0;
    while let Some(rest) = seed.get_mut(done..).filter(|rest| !rest.is_empty()) {
        match file.read_at(rest, done as u64)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => done += read,
        }
    }
    Ok(seed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use weft_ledger::Memory;

    fn store(memory: &Memory, path: &str, bytes: &[u8]) {
        memory.make_dir(KEYS_DIR).unwrap();
        let file = memory.create_new(path).unwrap();
        file.write_at(bytes, 0).unwrap();
        file.sync_all().unwrap();
        memory.sync_dir(KEYS_DIR).unwrap();
        memory.sync_dir("").unwrap();
    }

    #[test]
    fn the_next_key_takes_the_place_of_the_one_before() {
        let memory = Memory::new();
        store(&memory, LOG_KEY, &[1; 32]);
        assert_eq!(read_next(&memory).unwrap(), None);
        store(&memory, NEXT_LOG_KEY, &[2; 32]);
        assert_eq!(read_next(&memory).unwrap(), Some([2; 32]));
        let old = memory.open(LOG_KEY, Access::Read).unwrap();
        take_over(&memory).unwrap();
        assert_eq!(memory.list(KEYS_DIR).unwrap(), ["log.key"]);
        assert_eq!(read(&memory.open(LOG_KEY, Access::Read).unwrap()).unwrap(), [2; 32]);
        assert_eq!(read(&old).unwrap(), [0; 32], "the old key is overwritten");
    }

    #[test]
    fn a_key_of_another_length_is_none() {
        let memory = Memory::new();
        store(&memory, NEXT_LOG_KEY, &[2; 31]);
        let error = read_next(&memory).unwrap_err().to_string();
        assert_eq!(error, "keys/log.key.next has 31 bytes, expected 32");
    }
}

//! sled, held at arm's length: every value is checked, and no panic of its comes further than here.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::{fs, io};

use arc_swap::ArcSwapOption;

use crate::hash::Digest;
use crate::mark::Mark;
use crate::postings::error::{Error, Result};
use crate::postings::key::Key;

/// Most bytes of pages that sled keeps in memory.
pub const CACHE_BYTES: u64 = 16 << 20;

/// What the checksum of every value starts with.
const VALUE_VERSION: u8 = 1;

/// The open folder.
pub(super) struct Store {
    /// `None` only while this is being dropped.
    db: Option<sled::Db>,
    log_id: Digest,
    path: PathBuf,
    pub(super) mark: ArcSwapOption<Mark>,
    condemned: AtomicBool,
}

/// A value whose checksum holds.
pub(super) struct Value(sled::IVec);

impl Value {
    pub(super) fn body(&self) -> &[u8] {
        self.0.split_first_chunk::<4>().map_or(&[], |(_, body)| body)
    }
}

impl Store {
    pub(super) fn open(path: &Path, log_id: Digest) -> Result<Store> {
        let config = sled::Config::new()
            .path(path)
            .cache_capacity(CACHE_BYTES)
            .flush_every_ms(None)
            .use_compression(false);
        let db = match guarded(|| config.open()) {
            Ok(db) => db,
            Err(what) if what.contains("could not acquire lock") => {
                return Err(Error::Held { path: path.to_owned() });
            }
            Err(what) => return Err(Error::damaged(what)),
        };
        Ok(Store {
            db: Some(db),
            log_id,
            path: path.to_owned(),
            mark: ArcSwapOption::empty(),
            condemned: AtomicBool::new(false),
        })
    }

    pub(super) fn is_empty(&self) -> Result<bool> {
        let first = guarded(|| self.db().first());
        first.map(|first| first.is_none()).map_err(|what| self.condemn(&what))
    }

    /// A value that must be there.
    pub(super) fn read(&self, key: Key) -> Result<Value> {
        self.check()?;
        let bytes = key.encode();
        let found = guarded(|| self.db().get(bytes)).map_err(|what| self.condemn(&what))?;
        let sealed = found.ok_or_else(|| self.condemn(&format!("{key:?} is missing")))?;
        let holds = sealed
            .split_first_chunk::<4>()
            .is_some_and(|(crc, body)| *crc == self.checksum(&bytes, body));
        if holds { Ok(Value(sealed)) } else { Err(self.bad(key)) }
    }

    /// The error for a value that says what it cannot.
    pub(super) fn bad(&self, key: Key) -> Error {
        self.condemn(&format!("{key:?} does not hold"))
    }

    /// Writes values all at once.
    pub(super) fn write(&self, values: Vec<(Key, Vec<u8>)>) -> Result<()> {
        self.check()?;
        let mut batch = sled::Batch::default();
        for (key, body) in values {
            let key = key.encode();
            let mut sealed = self.checksum(&key, &body).to_vec();
            sealed.extend(body);
            batch.insert(&key, sealed);
        }
        guarded(|| self.db().apply_batch(batch)).map_err(|what| self.condemn(&what))
    }

    /// Hands everything to the operating system.
    pub(super) fn flush(&self) -> Result<()> {
        guarded(|| self.db().flush()).map(drop).map_err(|what| self.condemn(&what))
    }

    fn db(&self) -> &sled::Db {
        self.db.as_ref().expect("it is there until this is dropped")
    }

    /// Whether they may be used.
    pub(super) fn check(&self) -> Result<()> {
        if self.is_condemned() {
            return Err(Error::damaged("they were condemned before"));
        }
        Ok(())
    }

    pub(super) fn is_condemned(&self) -> bool {
        self.condemned.load(Ordering::Acquire)
    }

    /// From here on nothing is answered, and the next opening removes the folder.
    fn condemn(&self, what: &str) -> Error {
        self.condemned.store(true, Ordering::Release);
        self.mark.store(None);
        // Should this fail, whatever was found now is found again later.
        drop(fs::File::create(marker(&self.path)));
        Error::damaged(what)
    }

    fn checksum(&self, key: &[u8], body: &[u8]) -> [u8; 4] {
        let crc = crc32c::crc32c_append(crc32c::crc32c(&[VALUE_VERSION]), self.log_id.as_bytes());
        crc32c::crc32c_append(crc32c::crc32c_append(crc, key), body).to_be_bytes()
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        let Some(db) = self.db.take() else { return };
        if self.is_condemned() {
            // After a panic sled may panic again, or wait for ever.
            std::mem::forget(db);
        } else {
            drop(guarded(move || {
                drop(db);
                Ok(())
            }));
            wait_for(&self.path);
        }
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Store").field("path", &self.path).finish_non_exhaustive()
    }
}

/// Waits until sled's own threads have let go of a folder that was closed, so that it can be opened
/// again. They may still be at work on a file when the last handle goes.
fn wait_for(path: &Path) {
    if let Ok(file) = fs::File::open(path.join("db")) {
        // What else fails is said when it is opened again.
        drop(file.lock());
    }
}

/// The file beside a folder that says that it is to be removed.
fn marker(path: &Path) -> PathBuf {
    path.with_extension("condemned")
}

/// Whether a folder is to be removed.
pub(super) fn is_marked(path: &Path) -> bool {
    marker(path).exists()
}

/// Removes a folder; after a crash the next opening goes on with it.
pub(super) fn remove(path: &Path) -> Result<()> {
    let io = |action, path: &Path| {
        let path = path.to_owned();
        move |source| Error::Io { action, path, source }
    };
    let marker = marker(path);
    fs::File::create(&marker).map_err(io("create", &marker))?;
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        removed => removed.map_err(io("remove", path))?,
    }
    fs::remove_file(&marker).map_err(io("remove", &marker))
}

/// Calls sled; what it says, or what it panicked with.
fn guarded<T>(call: impl FnOnce() -> sled::Result<T>) -> std::result::Result<T, String> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(error.to_string()),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
            Err(format!("sled panicked: {}", text.unwrap_or("without a word")))
        }
    }
}

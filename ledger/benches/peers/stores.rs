//! The stores that are compared: each appends a range of keys, and returns when they are durable.

use std::fs::{File, OpenOptions};
use std::ops::Range;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use redb::{ReadableDatabase as _, ReadableTableMetadata as _};
use weft_ledger::{Files, Limits, Log, Sealed};

use crate::records::{CORE_BYTES, core as value, genesis, nonces, record};

/// A store of 160-byte values in the order of their keys.
pub(crate) trait Store {
    const NAME: &'static str;
    /// Begins a store in an empty folder that will hold about so many values.
    fn create(folder: &Path, values: u64) -> Self;
    /// Appends the values of some keys as one durable write.
    fn append(&mut self, keys: Range<u64>);
    /// Ends it in order.
    fn close(self);
}

/// The floor: the values alone, in space that was reserved, as the ledger reserves its own.
pub(crate) struct Bare {
    file: File,
    bytes: Vec<u8>,
}

impl Store for Bare {
    const NAME: &'static str = "bare file";

    fn create(folder: &Path, values: u64) -> Bare {
        let mut options = OpenOptions::new();
        let file = options.create_new(true).write(true).open(folder.join("values"));
        let file = file.expect("a new file");
        let bytes = (values + 1_024) * CORE_BYTES as u64;
        rustix::fs::fallocate(&file, rustix::fs::FallocateFlags::empty(), 0, bytes)
            .expect("room on the disk");
        file.sync_all().expect("a disk that syncs");
        Bare { file, bytes: Vec::new() }
    }

    fn append(&mut self, keys: Range<u64>) {
        self.bytes.clear();
        let offset = keys.start * CORE_BYTES as u64;
        keys.for_each(|key| self.bytes.extend(value(key)));
        self.file.write_all_at(&self.bytes, offset).expect("a disk that writes");
        self.file.sync_data().expect("a disk that syncs");
    }

    fn close(self) {}
}

/// The log: a record for each value, hashed, linked and framed.
pub(crate) struct Ledger {
    log: Log<Files>,
    sealed: Vec<Sealed>,
}

impl Store for Ledger {
    const NAME: &'static str = "weft-ledger";

    fn create(folder: &Path, _: u64) -> Ledger {
        let files = Files::new(folder);
        let log = Log::create(files, Limits::default(), nonces(), &genesis());
        Ledger { log: log.expect("an empty folder"), sealed: Vec::new() }
    }

    fn append(&mut self, keys: Range<u64>) {
        let batch: Vec<_> = keys.map(|key| record(key + 1)).collect();
        self.sealed.clear();
        self.log.reserve().expect("room on the disk");
        self.log.commit(&batch, &mut self.sealed).expect("a disk that writes");
    }

    fn close(self) {
        self.log.close().expect("a disk that syncs");
    }
}

const TABLE: redb::TableDefinition<'_, u64, &[u8]> = redb::TableDefinition::new("values");

/// One transaction a write; redb's commits are durable unless told otherwise.
pub(crate) struct Redb(redb::Database);

impl Store for Redb {
    const NAME: &'static str = "redb 4";

    fn create(folder: &Path, _: u64) -> Redb {
        Redb(redb::Database::create(folder.join("values.redb")).expect("an empty folder"))
    }

    fn append(&mut self, keys: Range<u64>) {
        let transaction = self.0.begin_write().expect("no other writer");
        {
            let mut table = transaction.open_table(TABLE).expect("the table");
            for key in keys {
                table.insert(key, value(key).as_slice()).expect("a disk that writes");
            }
        }
        transaction.commit().expect("a disk that syncs");
    }

    fn close(self) {
        let transaction = self.0.begin_read().expect("a reader");
        let table = transaction.open_table(TABLE).expect("the table");
        assert!(!table.is_empty().expect("its length"));
    }
}

/// One batch a write, its journal synced with `fdatasync` before it counts.
pub(crate) struct Fjall {
    database: fjall::Database,
    values: fjall::Keyspace,
}

impl Store for Fjall {
    const NAME: &'static str = "fjall 3";

    fn create(folder: &Path, _: u64) -> Fjall {
        let database = fjall::Database::builder(folder).open().expect("an empty folder");
        let values = database.keyspace("values", fjall::KeyspaceCreateOptions::default);
        Fjall { values: values.expect("a keyspace"), database }
    }

    fn append(&mut self, keys: Range<u64>) {
        let mut batch = self.database.batch().durability(Some(fjall::PersistMode::SyncData));
        keys.for_each(|key| {
            batch.insert(&self.values, key.to_be_bytes().as_slice(), value(key).as_slice());
        });
        batch.commit().expect("a disk that syncs");
    }

    fn close(self) {
        assert!(self.values.first_key_value().is_some());
    }
}

/// One batch a write, then `flush`, which writes sled's log and asks for write-back of its pages with
/// `sync_file_range`. That orders neither the file's length nor the drive's own cache, so a sync of the
/// same file follows: an `fdatasync` on any handle is the whole file's.
pub(crate) struct Sled {
    database: sled::Db,
    file: File,
}

impl Store for Sled {
    const NAME: &'static str = "sled 0.34 and fdatasync";

    fn create(folder: &Path, _: u64) -> Sled {
        let config = sled::Config::new().path(folder).flush_every_ms(None);
        let database = config.open().expect("an empty folder");
        database.flush().expect("a disk that writes");
        let file = File::open(folder.join("db")).expect("sled's one file of data");
        Sled { database, file }
    }

    fn append(&mut self, keys: Range<u64>) {
        let mut batch = sled::Batch::default();
        keys.for_each(|key| batch.insert(key.to_be_bytes().as_slice(), value(key).as_slice()));
        self.database.apply_batch(batch).expect("a disk that writes");
        self.database.flush().expect("a disk that writes");
        self.file.sync_data().expect("a disk that syncs");
    }

    fn close(self) {
        self.database.flush().expect("a disk that writes");
    }
}

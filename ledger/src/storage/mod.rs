//! Where the log's files live: an operating system's files, or a memory that can lose power.
//!
//! Paths are relative to the data directory, with `/` between parts, at most three levels deep
//! (`lock`, `log/00000000000000000000.seg`, `blobs/<2 hex>/<62 hex>`).

mod contract;
mod files;
mod lock;
pub mod memory;

pub(crate) use self::contract::read_full;
pub use self::contract::{Access, File, LOCK_FILE, LockError, Reserved, Storage};
pub use self::files::Files;
pub use self::lock::FilesLock;
pub use self::memory::Memory;

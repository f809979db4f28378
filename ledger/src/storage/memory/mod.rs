//! Files in memory that can lose power, fill up, fail and lie: a test double for a disk.
//!
//! A [`Memory`] is a handle; clones share the same disk, [`Memory::fork`] copies it. Every disk
//! remembers beside the current bytes of each file what the last sync made durable, by sectors of
//! [`SECTOR_BYTES`]. [`Memory::crash`] keeps any subset of what was not synced.

mod disk;
mod faults;
mod handle;
mod inode;

pub use self::faults::{Fault, Operation};
pub use self::handle::{Memory, MemoryFile, MemoryLock};
pub use self::inode::SECTOR_BYTES;

//! Content that is too large for a payload (FORMAT.md 7): files named by what is in them.
//!
//! # Invariants
//! - A name that exists always has its whole bytes, whatever moment the power goes at.
//! - Nothing of a blob is handed out before all of it was held against its name.
//! - A blob goes only by an explicit call: [`Blobs::remove_unreferenced`] or [`Blobs::erase`].

mod collect;
mod content;
mod erase;
mod name;
mod store;

pub use self::collect::{Collected, Removal};
pub use self::content::Blob;
pub use self::erase::Erasure;
pub use self::name::{BLOBS_DIR, BlobName};
pub use self::store::{Blobs, StoredBlob};

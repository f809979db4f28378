//! A node's data directory: its keys, its layout, its birth.

mod birth;
mod keys;
mod layout;
mod open;

pub use birth::{Birth, DEFAULT_ORIGIN, init, rehearse};
pub use keys::{KEY_FILE_BYTES, Keys, PublicKey};
pub use layout::Layout;
pub use open::open;

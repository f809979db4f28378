//! A node's data directory: its keys, its layout, its birth.

mod birth;
mod cradle;
mod folders;
mod fork;
mod keys;
mod layout;
mod next_key;
mod open;
mod place;
mod transfer;

pub use birth::{Birth, DEFAULT_ORIGIN, init, rehearse};
pub use fork::{Forked, Forking, fork, rehearse_fork};
pub use keys::{KEY_FILE_BYTES, Keys, PublicKey};
pub use layout::Layout;
pub use next_key::{next_log_key, store_next_log_key};
pub use open::{open, refuse_copy};
pub use transfer::{backup, export, import, restore};

//! Going on where somebody was before, without reading all that came before.
//!
//! Who opens a log and knows what it amounts to up to some record (a snapshot of what was made of it)
//! names that record and its place ([`Start`]). What the ledger itself needs of the records before is
//! made from what was kept: the right edge of the tree from the tiles, keys from the records that
//! changed them, where records are from `index/places` ([`keep_places`]).
//!
//! # Invariants
//! - A start is taken only below a checkpoint that the log's key signed. The records from the start to
//!   that checkpoint are read, and with the edge they have to give the signed root: so the edge, and
//!   with it everything before, is what was signed.
//! - The keys come from the log: each change is read and its signature checked.
//! - Whatever does not fit is an error, and the caller reads the whole log instead.
//!
//! Start reading at `start`.

mod places;
mod start;

pub use self::places::keep_places;
pub use self::start::Start;
pub(crate) use self::start::{Resumed, locate, resume};

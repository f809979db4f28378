//! SHAKE-256, of one byte string and of many at once.
//!
//! Owns what the kernel hashes with: [`Stream`] for one string, and [`shake_each`] for many: where a machine has AVX2, four strings are hashed side by side, which
//! takes a third of the time; elsewhere one after another by the `shake` crate. Both say the same.
//!
//! Must not know what is hashed, or why: domain prefixes and the meaning of what is hashed are the callers'.
//!
//! # Invariants
//! - The digests are those of FIPS 202, whatever the machine: the tests hold it to two implementations that share no code
//!   with it.
//! - Unsafe code stands in `vector` alone, which has no pointers; it is run by Miri when it changes
//!   (`docs/decisions/0010-many-hashes-at-once.md`).
//! - What an instruction needs was detected before it runs: a `Permutation` cannot be made otherwise.
//!
//! Start reading at [`shake_each`], then `slots` for the order of the work, `sponge` and `vector`.

mod each;
mod slots;
mod sponge;
mod stream;
#[cfg(test)]
mod tests;
mod vector;

pub use self::each::{DIGEST_BYTES, shake_each};
pub use self::stream::Stream;

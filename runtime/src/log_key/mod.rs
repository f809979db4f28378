//! The secret key that speaks for the log: its files, and how it hands over to the next one.
//!
//! A change of keys has three steps, and a crash between any two of them leaves a node that goes on:
//!
//! 1. The new key is stored beside the old one, durably, as `keys/log.key.next`.
//! 2. `log.rotate_key` puts the new public key on the chain, signed by the old one. The kernel signs only if it finds
//!    the new key in step 1's file, so that no log ever needs a key that nobody stored.
//! 3. Once that record is durable, the new key's file takes the name `keys/log.key`, and the old key is overwritten.
//!
//! Whoever opens the node for writing and finds that the log needs the key of step 1 does step 3.

mod files;
mod hand_over;
#[cfg(test)]
mod tests;

pub(crate) use files::{NEXT_LOG_KEY, read_next, seed_for, take_over};
pub(crate) use hand_over::HandOver;

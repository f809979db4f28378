//! Ids of the demo's commands, made from what they do.
//!
//! An agent that is started again repeats what it did last, with the same ids; the kernel answers a
//! known id with the receipt it gave before, and nothing happens twice.

use weft_commands::CommandId;
use weft_projections::Digest;

const DOMAIN: &str = "weft/demo/command/1";

/// The id of `who` doing `what` about something.
pub(crate) fn id(who: &str, what: &str, about: &str) -> CommandId {
    let parts = [who.as_bytes(), b"\0", what.as_bytes(), b"\0", about.as_bytes()];
    let digest = Digest::of(DOMAIN, &parts);
    let half = digest.0.first_chunk().expect("a digest is longer than an id");
    CommandId::new(*half).expect("half a digest is all zero once in 2^128 times")
}

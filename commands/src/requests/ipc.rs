//! `ipc.*`: messages from one process to another.

use minicbor::{Decode, Encode};
use weft_projections::Seq;

use crate::Target;

/// `ipc.send`: put a message into a process's inbox. The payload is the body, 1 byte to
/// 16 KiB, and a blob a longer one, up to 11 MiB.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Send {
    /// Whose inbox.
    #[n(0)]
    pub to: Target,
}

/// `ipc.ack`: take a message that was handled out of one's own inbox.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Ack {
    /// The record that put the message there.
    #[n(0)]
    pub message: Seq,
}

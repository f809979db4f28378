//! Events of inboxes.

use minicbor::{Decode, Encode};

use crate::{Pid, Seq};

/// A message went into an inbox; the payload of the record is its body.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct IpcSent {
    /// Whose inbox.
    #[n(0)]
    pub to: Pid,
}

/// A process took a message out of its inbox.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct IpcAcked {
    /// Whose inbox.
    #[n(0)]
    pub pid: Pid,
    /// The record that sent the message.
    #[n(1)]
    pub message: Seq,
}

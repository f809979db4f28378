//! Command kinds: their numbers and names.

use minicbor::{Decode, Encode};
use std::fmt;

/// Number of a command kind; a number is never reused. Any number is valid: unknown kinds have no name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct Kind(#[n(0)] pub u16);

macro_rules! kinds {
    ($($(#[$doc:meta])* $constant:ident = $number:literal, $name:literal;)+) => {
        impl Kind {
            $($(#[$doc])* pub const $constant: Self = Self($number);)+

            /// Every kind that has a name, in the order of their numbers.
            pub const ALL: &'static [Self] = &[$(Self::$constant),+];

            /// The name of the kind, such as `process.spawn`; `None` for a number without one.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($number => Some($name),)+
                    _ => None,
                }
            }

            /// The kind of that name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$constant),)+
                    _ => None,
                }
            }
        }
    };
}

kinds! {
    /// A request nobody knows.
    UNRECOGNISED = 0, "unrecognised";
    /// The first record of a log.
    LOG_GENESIS = 1, "log.genesis";
    /// Erase the payload of a record.
    LOG_REDACT = 2, "log.redact";
    /// Have checkpoints signed with another key.
    LOG_ROTATE_KEY = 3, "log.rotate_key";
    /// Claim the root of State as of a record.
    KERNEL_SNAPSHOT = 5, "kernel.snapshot";
    /// The kernel opens its log for work.
    KERNEL_BOOT = 64, "kernel.boot";
    /// The kernel stops in order.
    KERNEL_SHUTDOWN = 65, "kernel.shutdown";
    /// Refusals beyond the budget, counted in one record.
    GOVERNANCE_SUPPRESSED = 66, "governance.suppressed";
    /// Make a process.
    PROCESS_SPAWN = 72, "process.spawn";
    /// A process runs.
    PROCESS_STARTED = 73, "process.started";
    /// A process has ended.
    PROCESS_EXITED = 74, "process.exited";
    /// Ask a process to end.
    PROCESS_STOP = 75, "process.stop";
    /// Put a message into an inbox.
    IPC_SEND = 80, "ipc.send";
    /// Take a message out of one's inbox.
    IPC_ACK = 81, "ipc.ack";
    /// Ask for the messages of topics.
    TOPIC_SUBSCRIBE = 88, "topic.subscribe";
    /// Ask no longer.
    TOPIC_UNSUBSCRIBE = 89, "topic.unsubscribe";
    /// Send a message to whoever asked for its topic.
    TOPIC_PUBLISH = 90, "topic.publish";
    /// Store a resource in the tree.
    TREE_PUT = 96, "tree.put";
    /// Remove a resource from the tree.
    TREE_REMOVE = 97, "tree.remove";
    /// Assert a relation between two nodes of the causal graph.
    CAUSAL_LINK = 104, "causal.link";
    /// Grant a right.
    CAPABILITY_GRANT = 112, "capability.grant";
    /// Take a grant back.
    CAPABILITY_REVOKE = 113, "capability.revoke";
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "kind:{}", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_are_inverse() {
        for kind in Kind::ALL {
            assert_eq!(kind.name().and_then(Kind::from_name), Some(*kind));
        }
        assert!(Kind::ALL.is_sorted());
        assert_eq!(Kind(9_999).to_string(), "kind:9999");
        assert_eq!(Kind::from_name("process.fork"), None);
    }
}

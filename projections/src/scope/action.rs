//! What a scope lets its holder do.

use minicbor::{Decode, Encode};
use std::fmt;
use std::str::FromStr;

use crate::Error;
use crate::id::excerpt;

/// What a scope lets its holder do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum Action {
    /// Anything.
    #[n(0)]
    Any,
    /// Make processes.
    #[n(1)]
    Spawn,
    /// End processes.
    #[n(2)]
    Stop,
    /// Send messages to processes.
    #[n(3)]
    Send,
    /// Receive what is published.
    #[n(4)]
    Subscribe,
    /// Publish on topics.
    #[n(5)]
    Publish,
    /// Store resources.
    #[n(6)]
    Put,
    /// Remove resources.
    #[n(7)]
    Remove,
    /// Add to the causal graph.
    #[n(8)]
    Link,
    /// Run the kernel: shut it down, change its key.
    #[n(9)]
    Operate,
    /// Read files of the machine.
    #[n(10)]
    Read,
    /// Change files of the machine, and make and remove them.
    #[n(11)]
    Write,
    /// See what others do: all of State, every record, every output.
    #[n(12)]
    Observe,
    /// Erase payloads of records.
    #[n(13)]
    Redact,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 14] = [
        Self::Any,
        Self::Spawn,
        Self::Stop,
        Self::Send,
        Self::Subscribe,
        Self::Publish,
        Self::Put,
        Self::Remove,
        Self::Link,
        Self::Operate,
        Self::Read,
        Self::Write,
        Self::Observe,
        Self::Redact,
    ];

    /// The word of the grammar.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Any => "*",
            Self::Spawn => "spawn",
            Self::Stop => "stop",
            Self::Send => "send",
            Self::Subscribe => "subscribe",
            Self::Publish => "publish",
            Self::Put => "put",
            Self::Remove => "remove",
            Self::Link => "link",
            Self::Operate => "operate",
            Self::Read => "read",
            Self::Write => "write",
            Self::Observe => "observe",
            Self::Redact => "redact",
        }
    }

    /// Whether this is the other action or includes it.
    #[must_use]
    pub fn covers(self, other: Self) -> bool {
        self == Self::Any || self == other
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Action {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let found = Self::ALL.into_iter().find(|action| action.name() == text);
        found.ok_or_else(|| Error::BadScope { text: excerpt(text), reason: "no such action" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_are_listed_by_number_and_read_back() {
        for (number, action) in (0..).zip(Action::ALL) {
            assert_eq!(minicbor::to_vec(action).unwrap(), [number]);
            assert_eq!(action.name().parse::<Action>().unwrap(), action);
        }
    }
}

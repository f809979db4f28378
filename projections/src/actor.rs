//! Who asks for a command.

use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};
use std::fmt;
use std::str::FromStr;

use crate::id::{ACTOR_ID_MAX, excerpt};
use crate::{Error, NodeId, OperatorId, Pid};

/// Bits below the class of an actor number.
const CLASS_SHIFT: u32 = 56;

/// Who asked for a command. Its number is that of FORMAT.md 1: the class in the top byte, the id below.
///
/// Displayed as `kernel`, `process:3`, `operator:1`, `node:9` or `unauthenticated`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Actor {
    /// The kernel itself.
    Kernel,
    /// A process.
    Process(Pid),
    /// A person with a key.
    Operator(OperatorId),
    /// Another node.
    Node(NodeId),
    /// Anyone who has shown neither token nor key.
    Unauthenticated,
}

impl Actor {
    /// The number that stands for the actor in a record.
    #[must_use]
    pub const fn to_u64(self) -> u64 {
        let (class, id) = match self {
            Self::Kernel => (0, 0),
            Self::Process(pid) => (1, pid.get()),
            Self::Operator(operator) => (2, operator.get()),
            Self::Node(node) => (3, node.get()),
            Self::Unauthenticated => (4, 0),
        };
        (class << CLASS_SHIFT) | id
    }

    /// The actor that a number stands for.
    ///
    /// # Errors
    ///
    /// `Error::BadActor` for an unknown class, or an id out of the range of its class.
    pub fn try_from_u64(number: u64) -> Result<Self, Error> {
        let id = number & ACTOR_ID_MAX;
        let actor = match number >> CLASS_SHIFT {
            0 if id == 0 => Some(Self::Kernel),
            1 => Pid::new(id).map(Self::Process),
            2 => OperatorId::new(id).map(Self::Operator),
            3 => NodeId::new(id).map(Self::Node),
            4 if id == 0 => Some(Self::Unauthenticated),
            _ => None,
        };
        actor.ok_or(Error::BadActor { number })
    }

    /// The process, if the actor is one.
    #[must_use]
    pub const fn pid(self) -> Option<Pid> {
        match self {
            Self::Process(pid) => Some(pid),
            Self::Kernel | Self::Operator(_) | Self::Node(_) | Self::Unauthenticated => None,
        }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kernel => f.write_str("kernel"),
            Self::Process(pid) => write!(f, "process:{pid}"),
            Self::Operator(operator) => write!(f, "operator:{operator}"),
            Self::Node(node) => write!(f, "node:{node}"),
            Self::Unauthenticated => f.write_str("unauthenticated"),
        }
    }
}

impl FromStr for Actor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text.split_once(':') {
            None if text == "kernel" => Ok(Self::Kernel),
            None if text == "unauthenticated" => Ok(Self::Unauthenticated),
            Some(("process", pid)) => pid.parse().map(Self::Process),
            Some(("operator", operator)) => operator.parse().map(Self::Operator),
            Some(("node", node)) => node.parse().map(Self::Node),
            None | Some(_) => Err(Error::BadId { what: "actor", text: excerpt(text) }),
        }
    }
}

impl<C> Encode<C> for Actor {
    fn encode<W: encode::Write>(
        &self,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        e.u64(self.to_u64())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Actor {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        Self::try_from_u64(d.u64()?).map_err(decode::Error::message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_and_text_round_trip() {
        for text in ["kernel", "process:3", "operator:1", "node:9", "unauthenticated"] {
            let actor: Actor = text.parse().unwrap();
            assert_eq!(actor.to_string(), text);
            assert_eq!(Actor::try_from_u64(actor.to_u64()).unwrap(), actor);
        }
    }

    #[test]
    fn numbers_outside_the_classes_are_refused() {
        for number in [1, 1 << 56, 2 << 56, 3 << 56, (4 << 56) | 1, 5 << 56, u64::MAX] {
            assert!(Actor::try_from_u64(number).is_err(), "{number}");
        }
    }

    #[test]
    fn texts_outside_the_classes_are_refused() {
        for text in ["", "kernel:1", "process", "process:0", "process:x", "Operator:1"] {
            assert!(text.parse::<Actor>().is_err(), "{text}");
        }
    }
}

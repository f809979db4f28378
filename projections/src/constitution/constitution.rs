//! A constitution that has been read.

use imbl::OrdMap;
use minicbor::{Decode, Encode};
use std::fmt;

use crate::{Digest, Effect, Kind, Thresholds};

/// The constitution that `weft init` proposes: every action an actor can ask for, with its effect; warns at 600, defers at 800, denies at 900.
pub const DEFAULT_CONSTITUTION: &str = include_str!("default.constitution");

/// How serious a node is; the thresholds are written for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum Environment {
    /// Someone's desk.
    #[n(0)]
    Development,
    /// A rehearsal.
    #[n(1)]
    Staging,
    /// The real thing; also what holds when nothing is said.
    #[default]
    #[n(2)]
    Production,
}

impl Environment {
    /// The name, lower case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Staging => "staging",
            Self::Production => "production",
        }
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The law in force. The default is the law of a log without a readable constitution: nothing is allowed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Constitution {
    /// The environment it is written for.
    pub environment: Environment,
    /// From where on an effect warns, defers and denies.
    pub thresholds: Thresholds,
    /// The effect of each kind of command; an actor who asks for a kind without one is denied. The kernel's reports need none.
    pub effects: OrdMap<Kind, Effect>,
}

impl Constitution {
    /// Reads the text of a constitution.
    ///
    /// # Errors
    ///
    /// Names the first line that breaks a rule.
    pub fn parse(text: &str) -> Result<Self, super::Error> {
        super::parse::parse(text)
    }

    /// The digest by which a genesis names its constitution: `SHAKE("weft/constitution/1" ‖ text)`.
    #[must_use]
    pub fn digest(text: &str) -> Digest {
        Digest::of("weft/constitution/1", &[text.as_bytes()])
    }
}

//! What the gate rules.

use minicbor::{Decode, Encode};
use std::fmt;

use crate::Error;

/// What the gate rules, a lattice: [`Verdict::join`] is the maximum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum Verdict {
    /// Go ahead.
    #[default]
    #[n(0)]
    Permit,
    /// Go ahead, but someone should look.
    #[n(1)]
    Warn,
    /// Wait for an approval.
    #[n(2)]
    Defer,
    /// No.
    #[n(3)]
    Deny,
}

impl Verdict {
    /// The stricter of the two.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        self.max(other)
    }

    /// The number that stands for the verdict in a record.
    #[must_use]
    pub const fn to_u8(self) -> u8 {
        match self {
            Self::Permit => 0,
            Self::Warn => 1,
            Self::Defer => 2,
            Self::Deny => 3,
        }
    }

    /// The verdict that a number stands for.
    ///
    /// # Errors
    ///
    /// `Error::BadVerdict` for a number above 3.
    pub const fn try_from_u8(number: u8) -> Result<Self, Error> {
        match number {
            0 => Ok(Self::Permit),
            1 => Ok(Self::Warn),
            2 => Ok(Self::Defer),
            3 => Ok(Self::Deny),
            number => Err(Error::BadVerdict { number }),
        }
    }

    /// The name, lower case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Permit => "permit",
            Self::Warn => "warn",
            Self::Defer => "defer",
            Self::Deny => "deny",
        }
    }

    /// Whether the command may take effect: permit or warn.
    #[must_use]
    pub const fn lets_through(self) -> bool {
        match self {
            Self::Permit | Self::Warn => true,
            Self::Defer | Self::Deny => false,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Verdict::{Defer, Deny, Permit, Warn};

    #[test]
    fn join_is_the_maximum() {
        for (low, high) in [(Permit, Warn), (Warn, Defer), (Defer, Deny)] {
            assert_eq!((low.join(high), high.join(low), low.join(low)), (high, high, low));
        }
    }

    #[test]
    fn numbers_round_trip() {
        for verdict in [Permit, Warn, Defer, Deny] {
            assert_eq!(Verdict::try_from_u8(verdict.to_u8()).unwrap(), verdict);
        }
        assert_eq!(Verdict::try_from_u8(4).unwrap_err().to_string(), "no verdict has the number 4");
    }
}

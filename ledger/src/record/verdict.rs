//! The gate's ruling, as a number.

/// What the gate ruled. The ledger knows only which flags and events each number allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Verdict {
    /// Done.
    Permit = 0,
    /// Done, with a warning.
    Warn = 1,
    /// Waits for an approval.
    Defer = 2,
    /// Refused.
    Deny = 3,
}

impl Verdict {
    /// The verdict of a stored number, 0 to 3.
    #[must_use]
    pub fn from_u8(number: u8) -> Option<Verdict> {
        match number {
            0 => Some(Verdict::Permit),
            1 => Some(Verdict::Warn),
            2 => Some(Verdict::Defer),
            3 => Some(Verdict::Deny),
            4.. => None,
        }
    }

    /// The stored number.
    #[must_use]
    pub fn as_u8(self) -> u8 {
        self as u8
    }

    /// Whether a command so ruled goes on to be decided, and so can take effect or be rejected.
    #[must_use]
    pub fn lets_through(self) -> bool {
        match self {
            Verdict::Permit | Verdict::Warn => true,
            Verdict::Defer | Verdict::Deny => false,
        }
    }
}

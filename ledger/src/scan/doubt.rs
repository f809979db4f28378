//! What a frame's payload amounts to, judged from the frame alone (FORMAT.md 3 and 6).

use crate::reason::Reason;

/// What a payload amounts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It is the one that was committed to, or there is none.
    Good,
    /// It was erased: zeros, and the checksum that goes with them.
    Erased,
    /// Neither. It may be damage, a torn write, or a redaction that was cut short: only the rest of
    /// the log tells.
    Doubtful(Doubt),
}

/// What does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doubt {
    /// `payload_crc`. A torn write leaves this, and a redaction that was cut short.
    Checksum,
    /// The payload's commitment, though `payload_crc` holds: no torn write leaves this.
    Commitment,
    /// The zeros of an erased payload, though `payload_crc` holds: no torn write leaves this.
    Zeros,
}

impl Doubt {
    /// The rule that is broken, if no redaction accounts for it.
    pub(crate) fn reason(self) -> Reason {
        match self {
            Doubt::Checksum => Reason::PayloadCrc,
            Doubt::Commitment => Reason::PayloadCommit,
            Doubt::Zeros => Reason::ErasedNotZero,
        }
    }
}

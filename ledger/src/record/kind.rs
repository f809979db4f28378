//! The kinds of record that the ledger itself understands (FORMAT.md 5): numbers below 64.

use crate::reason::Reason;
use crate::record::{Header, Verdict};

/// A request nobody knows: denied and recorded.
pub const UNRECOGNISED: u16 = 0;
/// The first record of every log, and only that.
pub const GENESIS: u16 = 1;
/// Erases a payload.
pub const REDACT: u16 = 2;
/// Replaces the log's key.
pub const ROTATE_KEY: u16 = 3;
/// Claims the state's digest at a position.
pub const SNAPSHOT: u16 = 5;
/// The first number that belongs to the kernel.
pub const KERNEL_FIRST: u16 = 64;

/// Holds a header to what its kind allows.
pub(crate) fn check(header: &Header) -> Result<(), Reason> {
    let kind = header.kind;
    match kind {
        GENESIS => check_genesis(header),
        _ if header.seq == 0 => Err(Reason::GenesisKind { found: kind }),
        UNRECOGNISED if header.verdict != Verdict::Deny => Err(Reason::UnrecognisedNotDenied),
        ROTATE_KEY if header.has_payload => Err(Reason::KindPayload { kind }),
        UNRECOGNISED | REDACT | ROTATE_KEY | SNAPSHOT | KERNEL_FIRST.. => Ok(()),
        4 | 6..KERNEL_FIRST => Err(Reason::KindReserved { found: kind }),
    }
}

fn check_genesis(header: &Header) -> Result<(), Reason> {
    if header.seq != 0 {
        return Err(Reason::GenesisAgain);
    }
    let by_the_kernel = header.actor == 0;
    if !by_the_kernel || header.verdict != Verdict::Permit || header.rejected {
        return Err(Reason::GenesisRuling);
    }
    if header.has_payload {
        return Err(Reason::KindPayload { kind: GENESIS });
    }
    Ok(())
}

//! What kind of damage a log has: few words for the many rules that can be broken.

use std::fmt;

use crate::error::Error;
use crate::reason::Reason;

/// A kind of damage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// A write at the very end that was cut short: no damage, and reported as such.
    TornTail,
    /// A segment is not there.
    MissingSegment,
    /// A segment's own header is not good, or a file is no segment of this log.
    BadSegment,
    /// A frame's lengths, state or batch, or what lies behind the last frame, cannot be.
    BadFrame,
    /// A checksum of a frame does not hold: bits have changed.
    BadCrc,
    /// Core or payload is not what the record committed to.
    BadCommitment,
    /// A record was not written after the one that stands before it.
    BrokenLink,
    /// Position or time do not follow the record before.
    WrongOrder,
    /// A record that no writer of the format makes.
    BadRecord,
    /// The tree over the records is not the one that was signed.
    TreeMismatch,
    /// Checkpoint, guard and log do not go together.
    CheckpointMismatch,
    /// A payload is erased, and no record redacts it.
    UnprovenRedaction,
}

impl Class {
    /// Every class.
    pub const ALL: [Class; 12] = [
        Class::TornTail,
        Class::MissingSegment,
        Class::BadSegment,
        Class::BadFrame,
        Class::BadCrc,
        Class::BadCommitment,
        Class::BrokenLink,
        Class::WrongOrder,
        Class::BadRecord,
        Class::TreeMismatch,
        Class::CheckpointMismatch,
        Class::UnprovenRedaction,
    ];

    /// Its stable word, lower case with hyphens.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Class::TornTail => "torn-tail",
            Class::MissingSegment => "missing-segment",
            Class::BadSegment => "bad-segment",
            Class::BadFrame => "bad-frame",
            Class::BadCrc => "bad-crc",
            Class::BadCommitment => "bad-commitment",
            Class::BrokenLink => "broken-link",
            Class::WrongOrder => "wrong-order",
            Class::BadRecord => "bad-record",
            Class::TreeMismatch => "tree-mismatch",
            Class::CheckpointMismatch => "checkpoint-mismatch",
            Class::UnprovenRedaction => "unproven-redaction",
        }
    }

    /// The class of a broken rule.
    #[must_use]
    pub fn of(reason: &Reason) -> Class {
        match reason {
            Reason::Settled { cause, .. }
            | Reason::Birth { cause }
            | Reason::BelowCheckpoint { cause, .. } => Class::of(cause),
            Reason::Unsynced => Class::TornTail,
            Reason::SegmentGap { .. } => Class::MissingSegment,
            Reason::SegmentShort { .. }
            | Reason::SegmentLong { .. }
            | Reason::SegmentMagic
            | Reason::SegmentLog { .. }
            | Reason::SegmentFirst { .. } => Class::BadSegment,
            Reason::FrameLen { .. }
            | Reason::FrameParts { .. }
            | Reason::Truncated { .. }
            | Reason::RestNotZero { .. }
            | Reason::Rest
            | Reason::Reserved { .. }
            | Reason::State { .. }
            | Reason::ErasedNotZero
            | Reason::BatchIndexLarge { .. }
            | Reason::BatchIndex { .. } => Class::BadFrame,
            Reason::Crc | Reason::PayloadCrc => Class::BadCrc,
            Reason::CoreCommit | Reason::PayloadCommit => Class::BadCommitment,
            Reason::Prev => Class::BrokenLink,
            Reason::Seq { .. } | Reason::Time { .. } => Class::WrongOrder,
            Reason::TreeMismatch { .. } => Class::TreeMismatch,
            Reason::Checkpoint { .. } | Reason::EndsBelowCheckpoint { .. } => {
                Class::CheckpointMismatch
            }
            Reason::ErasedWithoutRecord => Class::UnprovenRedaction,
            Reason::Magic
            | Reason::Format { .. }
            | Reason::CoreVersion
            | Reason::Verdict { .. }
            | Reason::Flags { .. }
            | Reason::RejectedVerdict
            | Reason::Actor { .. }
            | Reason::Cause { .. }
            | Reason::CommandId
            | Reason::CoreLen { .. }
            | Reason::PayloadLen { .. }
            | Reason::KindReserved { .. }
            | Reason::GenesisKind { .. }
            | Reason::GenesisAgain
            | Reason::GenesisRuling
            | Reason::UnrecognisedNotDenied
            | Reason::KindPayload { .. }
            | Reason::Cbor { .. }
            | Reason::CoreShape { .. }
            | Reason::Law { .. }
            | Reason::Events { .. }
            | Reason::KindEvent { .. }
            | Reason::ConstitutionLen { .. }
            | Reason::Constitution { .. }
            | Reason::PayloadCommitKey
            | Reason::RotationSignature => Class::BadRecord,
        }
    }

    /// The class of an error that is about damage; `None` for others.
    #[must_use]
    pub fn of_error(error: &Error) -> Option<Class> {
        match error {
            Error::Integrity(found) => Some(Class::of(&found.reason)),
            Error::FirstSegmentMissing { .. } => Some(Class::MissingSegment),
            Error::UnknownFile { .. } => Some(Class::BadSegment),
            Error::TreeMismatch { .. } => Some(Class::TreeMismatch),
            Error::Guard { .. } => Some(Class::CheckpointMismatch),
            Error::Io { .. }
            | Error::Locked { .. }
            | Error::Missing
            | Error::Exists { .. }
            | Error::Unfinished
            | Error::Export { .. }
            | Error::NoRecords { .. }
            | Error::Short { .. }
            | Error::ForkOrigin { .. }
            | Error::Restore { .. }
            | Error::NoRedaction { .. }
            | Error::PendingRedactions { .. }
            | Error::NotInTree { .. }
            | Error::Start { .. }
            | Error::Checkpoint { .. }
            | Error::Cosigned { .. }
            | Error::CosignedFull { .. }
            | Error::Stopped { .. }
            | Error::ReadOnly
            | Error::Invalid { .. }
            | Error::Batch { .. }
            | Error::Limits { .. }
            | Error::NoSpace { .. }
            | Error::OutcomeUnknown { .. }
            | Error::BlobMissing { .. }
            | Error::BlobDamaged { .. }
            | Error::BlobLong { .. }
            | Error::Halted => None,
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

//! What can be wrong with stored bytes.

use crate::checkpoint::NoteProblem;
use crate::hash::Digest;
use crate::tree::Root;

/// The rule that some bytes break.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    // Frames.
    /// The frame's length is not one a frame can have.
    #[error("frame length {found} is out of range")]
    FrameLen {
        /// The stored length.
        found: u32,
    },
    /// The frame's length is not that of its parts.
    #[error("frame length {found} differs from its parts' {expected}")]
    FrameParts {
        /// The stored length.
        found: u32,
        /// What the header's lengths add up to.
        expected: u64,
    },
    /// The file ends within the frame.
    #[error("the file ends within the frame: {left} bytes are left of {needed}")]
    Truncated {
        /// Bytes up to the end of the file.
        left: u64,
        /// Bytes the frame says it has.
        needed: u64,
    },
    /// Something follows the end of the written part.
    #[error("byte {offset} after the last frame is not zero")]
    RestNotZero {
        /// Offset of the byte in the segment.
        offset: u64,
    },
    /// Something follows the last frame of a segment that has a successor.
    #[error("a segment that has a successor does not end with its last frame")]
    Rest,
    /// `crc` does not hold.
    #[error("checksum of header and core does not hold")]
    Crc,
    /// `payload_crc` does not hold.
    #[error("checksum of the payload does not hold")]
    PayloadCrc,
    /// The byte after the state is not zero.
    #[error("reserved byte is {found}, not 0")]
    Reserved {
        /// The stored byte.
        found: u8,
    },
    /// The state is neither whole nor erased, or erased without a payload.
    #[error("state {found} is not one the record can have")]
    State {
        /// The stored state.
        found: u8,
    },
    /// An erased payload that is not all zero.
    #[error("erased payload is not all zero")]
    ErasedNotZero,
    /// An erased payload that no record of the log accounts for.
    #[error("payload is erased without a redaction record")]
    ErasedWithoutRecord,
    /// The batch index is more than a batch can have.
    #[error("batch index {found} is above {}", crate::limits::BATCH_RECORDS_MAX - 1)]
    BatchIndexLarge {
        /// The stored index.
        found: u16,
    },
    /// The batch index is neither 0 nor the previous one plus 1.
    #[error("batch index {found} cannot follow {}", previous.map_or_else(|| "the segment's header".to_owned(), |index| index.to_string()))]
    BatchIndex {
        /// The stored index.
        found: u16,
        /// The index of the frame before, if there is one in the segment.
        previous: Option<u16>,
    },

    // Headers.
    /// The header's first two bytes are not "EX".
    #[error("header does not start with \"EX\"")]
    Magic,
    /// A record format this crate does not know.
    #[error("record format {found} is not known")]
    Format {
        /// The stored version.
        found: u8,
    },
    /// The core's version is 0.
    #[error("core version is 0")]
    CoreVersion,
    /// A verdict that is none.
    #[error("verdict {found} is not known")]
    Verdict {
        /// The stored number.
        found: u8,
    },
    /// Flags that have no meaning are set.
    #[error("flags {found:#04x} are not known")]
    Flags {
        /// The stored flags.
        found: u8,
    },
    /// A rejection of what the gate did not let through.
    #[error("rejected goes only with permit or warn")]
    RejectedVerdict,
    /// The position is not the next one.
    #[error("seq is {found}, not {expected}")]
    Seq {
        /// The stored position.
        found: u64,
        /// The position it should have.
        expected: u64,
    },
    /// Time does not increase.
    #[error("time {found} does not follow {previous}")]
    Time {
        /// The stored time.
        found: u64,
        /// The time of the record before.
        previous: u64,
    },
    /// An actor whose class or id cannot be.
    #[error("actor {found:#018x} is not valid")]
    Actor {
        /// The stored actor.
        found: u64,
    },
    /// A cause that does not come before its effect.
    #[error("cause {found} does not come before the record")]
    Cause {
        /// The stored cause.
        found: u64,
    },
    /// The command id is all zero.
    #[error("command id is all zero")]
    CommandId,
    /// A core that is empty or too long.
    #[error("core length {found} is out of range")]
    CoreLen {
        /// The stored length.
        found: u32,
    },
    /// A payload that is too long, or a length that does not go with the flag.
    #[error("payload length {found} is out of range or does not go with the flag")]
    PayloadLen {
        /// The stored length.
        found: u32,
    },
    /// The core is not the one that was committed to.
    #[error("core commitment does not hold")]
    CoreCommit,
    /// The record before is not the one this record was written after.
    #[error("prev is not the link of the record before")]
    Prev,

    // Kinds.
    /// A kind that no version of the format has.
    #[error("kind {found} is reserved")]
    KindReserved {
        /// The stored kind.
        found: u16,
    },
    /// Record 0 is not a genesis.
    #[error("record 0 has kind {found}, not log.genesis")]
    GenesisKind {
        /// The stored kind.
        found: u16,
    },
    /// A genesis after record 0.
    #[error("log.genesis after record 0")]
    GenesisAgain,
    /// A genesis that is not the kernel's, or not permitted.
    #[error("log.genesis must be the kernel's and permitted")]
    GenesisRuling,
    /// An unrecognised request that was not denied.
    #[error("an unrecognised request must be denied")]
    UnrecognisedNotDenied,
    /// A kind that has nothing to erase came with a payload.
    #[error("kind {kind} has no payload")]
    KindPayload {
        /// The kind.
        kind: u16,
    },

    // Cores.
    /// The core is not canonical CBOR.
    #[error("core byte {at}: {problem}")]
    Cbor {
        /// Offset in the core.
        at: u64,
        /// What is wrong there.
        problem: CborProblem,
    },
    /// The core is not `{1: request, 2: decision, 3: events, ? 4: blobs, ? 5: commitment}`.
    #[error("core byte {at}: {what}")]
    CoreShape {
        /// Offset in the core.
        at: u64,
        /// What should be there.
        what: &'static str,
    },
    /// The law is not one enacted before.
    #[error("law {found} does not come before the record")]
    Law {
        /// The stored position.
        found: u64,
    },
    /// Events of a command that did not take effect.
    #[error("{found} events of a command that was denied, deferred or rejected")]
    Events {
        /// How many.
        found: u64,
    },
    /// A record of a kind below 64 whose event is not the one the format gives it.
    #[error("kind {kind} needs exactly its own event of version 1")]
    KindEvent {
        /// The kind.
        kind: u16,
    },
    /// The text of the constitution is too long.
    #[error("constitution has {found} bytes, more than the limit")]
    ConstitutionLen {
        /// Its length in bytes.
        found: u64,
    },
    /// The event of record 0 names another constitution than the one in its request.
    #[error("log.genesis names constitution {found}, and its request holds {expected}")]
    Constitution {
        /// The digest in the event.
        found: Digest,
        /// The digest of the text in the request.
        expected: Digest,
    },
    /// Key 5 is there without a payload, or missing with one.
    #[error("key 5 of the core does not go with the payload")]
    PayloadCommitKey,
    /// The payload is not the one that was committed to.
    #[error("payload commitment does not hold")]
    PayloadCommit,

    // Segments.
    /// The segment is shorter than its header.
    #[error("segment has {found} bytes, fewer than its header")]
    SegmentShort {
        /// The file's length.
        found: u64,
    },
    /// The segment is longer than a segment may be.
    #[error("segment has {found} bytes, more than the limit")]
    SegmentLong {
        /// The file's length.
        found: u64,
    },
    /// The segment's first eight bytes are not `EXOSEG01`.
    #[error("segment does not start with \"EXOSEG01\"")]
    SegmentMagic,
    /// The segment belongs to another log.
    #[error("segment belongs to log {found}, not {expected}")]
    SegmentLog {
        /// The stored log id.
        found: Digest,
        /// This log's id; zero for the first segment.
        expected: Digest,
    },
    /// The segment's header and name disagree.
    #[error("segment starts at {found}, not {expected} as its name says")]
    SegmentFirst {
        /// The stored position.
        found: u64,
        /// The position in the name.
        expected: u64,
    },
    /// A segment is missing, or the one before goes on too long.
    #[error("the next segment starts at {found}, not {expected}")]
    SegmentGap {
        /// The next segment's first position.
        found: u64,
        /// The position it should start at.
        expected: u64,
    },

    // Keys and checkpoints.
    /// The key before did not sign the change of keys.
    #[error("the change of keys is not signed by the key before")]
    RotationSignature,
    /// A checkpoint that is not one of this log.
    #[error("checkpoint: {problem}")]
    Checkpoint {
        /// What is wrong with it.
        problem: NoteProblem,
    },
    /// A checkpoint is about more records than there are.
    #[error("{cause}, and a checkpoint of {size} records was signed")]
    BelowCheckpoint {
        /// What is wrong with the first record that is missing.
        cause: Box<Reason>,
        /// The checkpoint's size.
        size: u64,
    },
    /// The log ends, whole, below a checkpoint.
    #[error("the log ends here, and a checkpoint of {size} records was signed")]
    EndsBelowCheckpoint {
        /// The checkpoint's size.
        size: u64,
    },
    /// The tree over the records is not the one that was signed.
    #[error("the root over the first {size} records is {found}, and {signed} was signed")]
    TreeMismatch {
        /// How many records.
        size: u64,
        /// The root over them.
        found: Root,
        /// The root in the checkpoint.
        signed: Root,
    },

    /// A later batch proves that this record was once durable.
    #[error("{cause}, and record {seq} of a later batch stands at byte {offset}")]
    Settled {
        /// What is wrong with the record.
        cause: Box<Reason>,
        /// Position of the later record that was found.
        seq: u64,
        /// Its offset in the segment.
        offset: u64,
    },
    /// The last batch is whole, but a writer is at work and may not have synced it yet.
    #[error("a writer is at work, and the last batch may not be synced yet")]
    Unsynced,
    /// Record 0 was durable before the log had a name.
    #[error("{cause}, and record 0 is never a torn write")]
    Birth {
        /// What is wrong with the record.
        cause: Box<Reason>,
    },
}

/// What can be wrong with CBOR.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CborProblem {
    /// The bytes end within an item.
    #[error("the item is cut short")]
    Short,
    /// Bytes follow the last item.
    #[error("bytes follow the item")]
    Trailing,
    /// An integer or length is not in its shortest form.
    #[error("a number is not in its shortest form")]
    Long,
    /// A length is not given in advance.
    #[error("a length is indefinite")]
    Indefinite,
    /// Additional information that is reserved.
    #[error("the first byte is reserved")]
    Reserved,
    /// A simple value other than false, true and null.
    #[error("of the simple values only false, true and null are allowed")]
    Simple,
    /// A float.
    #[error("floats are not allowed")]
    Float,
    /// A tag.
    #[error("tags are not allowed")]
    Tag,
    /// A map key that is not an integer.
    #[error("a map key is not an integer")]
    Key,
    /// Map keys that repeat or are not in bytewise order.
    #[error("map keys repeat or are out of order")]
    Order,
    /// Text that is not UTF-8.
    #[error("text is not valid utf-8")]
    Utf8,
    /// Nesting deeper than 16.
    #[error("nesting is too deep")]
    Depth,
}

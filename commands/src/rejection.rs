//! Why a decider refuses what the gate let pass.

use weft_projections::{
    Actor, Digest, Generation, GrantId, MetaKey, Name, Pid, Scope, Seq, Time, TopicFilter,
    TreePath, constitution, state::RunState,
};

use crate::{Limited, Target};

/// The State does not allow what was asked for. Nothing happens; the record says why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// No process answers to this.
    #[error("no process {target}")]
    NoSuchProcess {
        /// What was asked for.
        target: Target,
    },
    /// The process is not in a state that allows this.
    #[error("process {pid} is {}", .state.name())]
    ProcessNotRunning {
        /// The process.
        pid: Pid,
        /// The state it is in.
        state: RunState,
    },
    /// A start was reported of a process that is not starting.
    #[error("process {pid} is {}, not starting", .state.name())]
    ProcessNotStarting {
        /// The process.
        pid: Pid,
        /// The state it is in.
        state: RunState,
    },
    /// The process is stopping already.
    #[error("process {pid} is already stopping")]
    AlreadyStopping {
        /// The process.
        pid: Pid,
    },
    /// A report about another run than the present one.
    #[error("process {pid} is at generation {expected}, not {found}")]
    StaleGeneration {
        /// The process.
        pid: Pid,
        /// The run it is in.
        expected: Generation,
        /// The run that was reported.
        found: Generation,
    },
    /// A live process has the name.
    #[error("name {name} is taken by process {pid}")]
    NameTaken {
        /// The name.
        name: Name,
        /// Who has it.
        pid: Pid,
    },
    /// The actor is no process, and only a process has an inbox and subscriptions.
    #[error("{actor} is not a process and has no inbox")]
    NotAProcess {
        /// The one who acted.
        actor: Actor,
    },
    /// An inbox can hold no more.
    #[error("inbox of process {pid} is full: {messages_max} messages")]
    InboxFull {
        /// Whose inbox.
        pid: Pid,
        /// How many messages an inbox holds.
        messages_max: u64,
    },
    /// The message is not in the actor's inbox.
    #[error("no message {message} in the inbox of process {pid}")]
    NoSuchMessage {
        /// Whose inbox.
        pid: Pid,
        /// The message.
        message: Seq,
    },
    /// The same subscription exists.
    #[error("process {pid} is already subscribed to {filter}")]
    AlreadySubscribed {
        /// The subscriber.
        pid: Pid,
        /// The filter.
        filter: TopicFilter,
    },
    /// There is no such subscription.
    #[error("process {pid} is not subscribed to {filter}")]
    NotSubscribed {
        /// The subscriber.
        pid: Pid,
        /// The filter.
        filter: TopicFilter,
    },
    /// Only the kernel writes here.
    #[error("path {path} is reserved")]
    ReservedPath {
        /// The path.
        path: TreePath,
    },
    /// There is something below.
    #[error("there are resources below {path}")]
    HasChildren {
        /// The path.
        path: TreePath,
    },
    /// There is no such resource.
    #[error("no resource {path}")]
    NotFound {
        /// The path.
        path: TreePath,
    },
    /// The metadata keys are not ascending and unique.
    #[error("metadata key {key} is out of order or there twice")]
    MetaKeysUnordered {
        /// The first key that is not above the one before it.
        key: MetaKey,
    },
    /// The command needs a payload and has none.
    #[error("{command} needs a payload")]
    PayloadMissing {
        /// The command.
        command: &'static str,
    },
    /// The command takes no payload, or none without metadata keys.
    #[error("{command} takes no payload here, {len} bytes came with it")]
    PayloadUnexpected {
        /// The command.
        command: &'static str,
        /// The payload's length in bytes.
        len: u32,
    },
    /// The payload is longer than the command allows.
    #[error("payload of {len} bytes, at most {len_max} allowed")]
    PayloadTooLong {
        /// The payload's length in bytes.
        len: u32,
        /// How many bytes are allowed.
        len_max: u32,
    },
    /// The edge is there already.
    #[error("the same edge was asserted by record {seq}")]
    EdgeExists {
        /// The record that asserted it.
        seq: Seq,
    },
    /// The record lies in the future.
    #[error("no record {seq} yet, this will be {next}")]
    NoSuchRecord {
        /// The record that was named.
        seq: Seq,
        /// Where the command's own record will stand.
        next: Seq,
    },
    /// A weight above 1000 thousandths.
    #[error("weight {weight} is above {weight_max} thousandths")]
    WeightTooLarge {
        /// The weight.
        weight: u16,
        /// The largest weight.
        weight_max: u16,
    },
    /// There is no such live grant.
    #[error("no grant {grant}")]
    NoSuchGrant {
        /// The grant.
        grant: GrantId,
    },
    /// The operator's first right is never taken back.
    #[error("grant {grant} is the root of all rights and cannot be revoked")]
    RootGrant {
        /// The grant.
        grant: GrantId,
    },
    /// The actor holds nothing like the right that is to be handed on.
    #[error("{actor} holds no grant of {scope}")]
    GrantNotHeld {
        /// The one who acted.
        actor: Actor,
        /// The right.
        scope: Scope,
    },
    /// The actor holds only a part of the right that is to be handed on.
    #[error("{scope} exceeds grant {grant}")]
    ExceedsGrant {
        /// The right.
        scope: Scope,
        /// The grant that covers a part of it.
        grant: GrantId,
    },
    /// The actor holds the right, but not to hand on.
    #[error("grant {grant} is not delegable")]
    NotDelegable {
        /// The grant.
        grant: GrantId,
    },
    /// The actor held the right until it, or one that it comes from, expired.
    #[error("grant {grant} has expired")]
    GrantExpired {
        /// The grant.
        grant: GrantId,
    },
    /// The right would outlive the one that it comes from.
    #[error("expiry {expires} is after that of grant {grant}")]
    OutlivesGrant {
        /// The expiry that was asked for.
        expires: Time,
        /// The grant it comes from.
        grant: GrantId,
    },
    /// The right would have expired before it is given.
    #[error("expiry {expires} is past, it is {now}")]
    ExpiryPast {
        /// The expiry that was asked for.
        expires: Time,
        /// The time of the command's record.
        now: Time,
    },
    /// Nobody like that can hold a right.
    #[error("no holder {holder}")]
    NoSuchHolder {
        /// Who was to get the right.
        holder: Actor,
    },
    /// A limit of the kernel is reached.
    #[error("limit of {limit} reached: {max}")]
    Limit {
        /// Which limit.
        limit: Limited,
        /// Its value.
        max: u64,
    },
    /// The kernel is not running.
    #[error("the kernel is not running")]
    KernelNotRunning,
    /// There is nothing to report.
    #[error("no refusal was suppressed")]
    NothingSuppressed,
    /// A genesis anywhere but in record 0 of an empty log.
    #[error("genesis is record 0 of an empty log, this will be record {seq}")]
    GenesisMisplaced {
        /// Where the command's record will stand.
        seq: Seq,
    },
    /// The log's origin is empty, too long or has characters that a checkpoint cannot hold.
    #[error("origin must be 1 to {len_max} bytes without white space, control characters and '+'")]
    BadOrigin {
        /// How many bytes it may have.
        len_max: u64,
    },
    /// The constitution cannot be read.
    #[error(transparent)]
    BadConstitution {
        /// Where and why.
        source: constitution::Error,
    },
    /// Nothing is to be erased: the record came without a payload.
    #[error("record {seq} has no payload")]
    NoPayload {
        /// The record.
        seq: Seq,
    },
    /// The payload was redacted before.
    #[error("the payload of record {seq} is redacted already")]
    AlreadyRedacted {
        /// The record.
        seq: Seq,
    },
    /// The record may be lost yet, and nobody has seen it.
    #[error("record {seq} is not durable yet")]
    RecordUnsettled {
        /// The record.
        seq: Seq,
    },
    /// The key signs the log, or has signed it.
    #[error("key {key} is the log's since record {seq}, and no key comes twice")]
    KeyUsed {
        /// The public key.
        key: Digest,
        /// The record that brought it.
        seq: Seq,
    },
    /// The secret of the new key, or of the one it is to replace, is not here.
    #[error("this node does not hold both the log's key and the secret of key {key}")]
    KeyNotHeld {
        /// The new public key.
        key: Digest,
    },
    /// A later State was claimed before.
    #[error("snapshot as of record {seq} is not newer than the last, as of record {last}")]
    SnapshotStale {
        /// The record that was named.
        seq: Seq,
        /// The record of the last claim.
        last: Seq,
    },
    /// Nobody knows this request.
    #[error("nobody knows this request")]
    Unrecognised,
}

/// What a caller can make of a rejection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// What was named does not exist.
    NotFound,
    /// A limit is reached; later it may work.
    Limit,
    /// The State does not allow it now.
    Conflict,
    /// It can never work as it was asked.
    Invalid,
}

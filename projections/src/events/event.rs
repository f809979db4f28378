//! The enum over all events.

use super::{
    CapabilityGranted, CapabilityRevoked, CausalLinked, GovernanceSuppressed, IpcAcked, IpcSent,
    KernelBooted, KernelHalted, KernelSnapshotClaimed, LogGenesis, LogKeyRotated, LogRedacted,
    ProcessExited, ProcessSpawned, ProcessStarted, ProcessStopping, ResourceRemoved,
    ResourceStored, TopicPublished, TopicSubscribed, TopicUnsubscribed,
};

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The log begins; boxed because it is rare and large.
    LogGenesis(Box<LogGenesis>),
    /// The payload of a record is to be erased.
    LogRedacted(LogRedacted),
    /// Checkpoints need another key; boxed because it is rare and large.
    LogKeyRotated(Box<LogKeyRotated>),
    /// The kernel claims the root of State as of a record.
    KernelSnapshotClaimed(KernelSnapshotClaimed),
    /// The kernel opened its log for work.
    KernelBooted(KernelBooted),
    /// The kernel stopped in order.
    KernelHalted(KernelHalted),
    /// Refusals were counted instead of recorded.
    GovernanceSuppressed(GovernanceSuppressed),
    /// A process was made.
    ProcessSpawned(ProcessSpawned),
    /// A run of a process began.
    ProcessStarted(ProcessStarted),
    /// A run of a process ended.
    ProcessExited(ProcessExited),
    /// A process is to end.
    ProcessStopping(ProcessStopping),
    /// A message went into an inbox.
    IpcSent(IpcSent),
    /// A process took a message out of its inbox.
    IpcAcked(IpcAcked),
    /// A process asked for the messages of topics.
    TopicSubscribed(TopicSubscribed),
    /// A process no longer asks for the messages of topics.
    TopicUnsubscribed(TopicUnsubscribed),
    /// A message went to whoever asked for its topic.
    TopicPublished(TopicPublished),
    /// A resource was stored.
    ResourceStored(ResourceStored),
    /// A resource was removed with everything below it.
    ResourceRemoved(ResourceRemoved),
    /// Someone asserted that one node relates to another.
    CausalLinked(CausalLinked),
    /// A right was granted.
    CapabilityGranted(CapabilityGranted),
    /// A grant was taken back with everything derived from it.
    CapabilityRevoked(CapabilityRevoked),
}

impl Event {
    /// The type number, never reused.
    #[must_use]
    pub const fn type_number(&self) -> u16 {
        match self {
            Self::LogGenesis(_) => 1,
            Self::LogRedacted(_) => 2,
            Self::LogKeyRotated(_) => 3,
            Self::KernelSnapshotClaimed(_) => 5,
            Self::KernelBooted(_) => 64,
            Self::KernelHalted(_) => 65,
            Self::GovernanceSuppressed(_) => 66,
            Self::ProcessSpawned(_) => 72,
            Self::ProcessStarted(_) => 73,
            Self::ProcessExited(_) => 74,
            Self::ProcessStopping(_) => 75,
            Self::IpcSent(_) => 80,
            Self::IpcAcked(_) => 81,
            Self::TopicSubscribed(_) => 88,
            Self::TopicUnsubscribed(_) => 89,
            Self::TopicPublished(_) => 90,
            Self::ResourceStored(_) => 96,
            Self::ResourceRemoved(_) => 97,
            Self::CausalLinked(_) => 104,
            Self::CapabilityGranted(_) => 112,
            Self::CapabilityRevoked(_) => 113,
        }
    }

    /// The version of the layout that is written today.
    #[must_use]
    pub const fn version(&self) -> u16 {
        1
    }

    /// The name, such as `process.spawned`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::LogGenesis(_) => "log.genesis",
            Self::LogRedacted(_) => "log.redacted",
            Self::LogKeyRotated(_) => "log.key_rotated",
            Self::KernelSnapshotClaimed(_) => "kernel.snapshot_claimed",
            Self::KernelBooted(_) => "kernel.booted",
            Self::KernelHalted(_) => "kernel.halted",
            Self::GovernanceSuppressed(_) => "governance.suppressed",
            Self::ProcessSpawned(_) => "process.spawned",
            Self::ProcessStarted(_) => "process.started",
            Self::ProcessExited(_) => "process.exited",
            Self::ProcessStopping(_) => "process.stopping",
            Self::IpcSent(_) => "ipc.sent",
            Self::IpcAcked(_) => "ipc.acked",
            Self::TopicSubscribed(_) => "topic.subscribed",
            Self::TopicUnsubscribed(_) => "topic.unsubscribed",
            Self::TopicPublished(_) => "topic.published",
            Self::ResourceStored(_) => "resource.stored",
            Self::ResourceRemoved(_) => "resource.removed",
            Self::CausalLinked(_) => "causal.linked",
            Self::CapabilityGranted(_) => "capability.granted",
            Self::CapabilityRevoked(_) => "capability.revoked",
        }
    }
}

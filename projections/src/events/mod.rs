//! What happened: one struct per event, one file per family, one enum over all of them.
//!
//! An event is stored as `[type, version, fields]`, its fields an array in the order in which the struct lists them. Type numbers are
//! those of the command kinds that cause the events; neither a number nor a layout is ever changed: a new layout is a new version.

mod capability;
mod catalogue;
mod causal;
mod codec;
mod event;
#[cfg(test)]
mod golden;
mod governance;
mod ipc;
mod kernel;
mod log;
mod process;
mod resource;
mod topic;

pub use capability::{CapabilityGranted, CapabilityRevoked, Grant};
pub use catalogue::{Description, Field, catalogue};
pub use causal::{CausalLinked, NodeRef, Relation};
pub use codec::{decode_events, encode_events};
pub use event::Event;
pub use governance::GovernanceSuppressed;
pub use ipc::{IpcAcked, IpcSent};
pub use kernel::{KernelBooted, KernelHalted, KernelSnapshotClaimed};
pub use log::{Fork, LogGenesis, LogKeyRotated, LogRedacted};
pub use process::{
    Backend, Next, Outcome, ProcessExited, ProcessSpawned, ProcessStarted, ProcessStopping, Restart,
};
pub use resource::{ResourceRemoved, ResourceStored};
pub use topic::{TopicPublished, TopicSubscribed, TopicUnsubscribed};

//! Events of topics.

use minicbor::{Decode, Encode};

use crate::{Pid, Topic, TopicFilter};

/// A process asked for the messages of topics.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct TopicSubscribed {
    /// The process.
    #[n(0)]
    pub pid: Pid,
    /// The topics.
    #[n(1)]
    pub filter: TopicFilter,
}

/// A process no longer asks for the messages of topics.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct TopicUnsubscribed {
    /// The process.
    #[n(0)]
    pub pid: Pid,
    /// The filter, as it was subscribed to.
    #[n(1)]
    pub filter: TopicFilter,
}

/// A message went to whoever asked for its topic; the payload of the record is its body.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct TopicPublished {
    /// The topic.
    #[n(0)]
    pub topic: Topic,
}

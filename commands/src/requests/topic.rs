//! `topic.*`: messages to whoever wants them.

use minicbor::{Decode, Encode};
use weft_projections::{Topic, TopicFilter};

/// `topic.subscribe`: have what is published under matching topics put into one's own inbox.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Subscribe {
    /// Which topics.
    #[n(0)]
    pub filter: TopicFilter,
}

/// `topic.unsubscribe`: end a subscription of one's own.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Unsubscribe {
    /// The filter of the subscription, exactly as it was subscribed.
    #[n(0)]
    pub filter: TopicFilter,
}

/// `topic.publish`: put a message into the inbox of every subscriber. The payload is the body,
/// 1 byte to 16 KiB, and a blob a longer one, up to 11 MiB.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Publish {
    /// The topic.
    #[n(0)]
    pub topic: Topic,
}

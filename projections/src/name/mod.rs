//! Names that people and programs choose: words, paths and topics. Each is checked once, when it is made, and cheap to clone.

mod error;
mod path;
mod text;
mod topic;
mod word;

pub use error::Error;
pub use path::{PATH_BYTES_MAX, PATH_SEGMENT_BYTES_MAX, PATH_SEGMENTS_MAX, TreePath};
pub use topic::{TOPIC_SEGMENT_BYTES_MAX, TOPIC_SEGMENTS_MAX, Topic, TopicFilter};
pub use word::{MetaKey, Name, ResourceKind, WORD_BYTES_MAX};

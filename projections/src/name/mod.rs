//! Names that people and programs choose: words, paths, topics and files; and the reasons they give. Each is checked once, when it is made, and cheap to clone.

mod error;
mod file_path;
mod path;
mod reason;
mod text;
mod topic;
mod word;

pub use error::Error;
pub use file_path::{FILE_PATH_BYTES_MAX, FilePath};
pub use path::{PATH_BYTES_MAX, PATH_SEGMENT_BYTES_MAX, PATH_SEGMENTS_MAX, TreePath};
pub use reason::{REASON_BYTES_MAX, Reason};
pub use topic::{TOPIC_SEGMENT_BYTES_MAX, TOPIC_SEGMENTS_MAX, Topic, TopicFilter};
pub use word::{MetaKey, Name, ResourceKind, WORD_BYTES_MAX};

//! What the tests of this crate share: a builder of records, and strategies for arbitrary ones.

mod arbitrary;
mod story;

pub(crate) use arbitrary::{event, file_path, record, scope};
pub(crate) use story::{
    Story, claimed, filter, genesis, grant, name, operator, path, pid_of, process, redacted,
    rotated, spawned, stored, topic,
};

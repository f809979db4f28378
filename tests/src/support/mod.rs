//! What several scenarios share.

mod daemon;
mod page;
mod processes;
mod python;
mod sample;
mod workspace;

pub(crate) use daemon::{Daemon, Ground, Operator, signal};
pub(crate) use page::{assert_page, head_of_page};
pub(crate) use processes::{Process, Processes};
pub(crate) use python::checker;
pub(crate) use sample::{CONSTITUTION, LOG_KEY_SEED, ORIGIN, RECORDS, SEGMENTS, sample_log};
pub(crate) use workspace::{SourceFile, root, rust_files};

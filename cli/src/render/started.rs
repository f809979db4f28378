//! The answer of `weft kernel start`.

use super::Out;
use super::table::pairs;
use crate::error::Error;
use serde::{Deserialize, Serialize};

/// A kernel that accepts commands.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Started {
    /// The operating system's number of its process.
    pub(crate) pid: u32,
    pub(crate) socket: String,
    pub(crate) data_dir: String,
    /// The record that says that it runs.
    pub(crate) booted: u64,
}

pub(crate) fn started(out: &Out, found: &Started) -> Result<(), Error> {
    if out.is_json() {
        return out.json(found);
    }
    pairs(
        out,
        &[
            ("pid", found.pid.to_string()),
            ("socket", found.socket.clone()),
            ("data directory", found.data_dir.clone()),
            ("booted", format!("record {}", found.booted)),
        ],
    )
}

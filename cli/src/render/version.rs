//! The answer of `weft version`.

use super::Out;
use super::table::pairs;
use crate::error::Error;
use serde::Serialize;

/// What this program is and what it understands.
#[derive(Debug, Serialize)]
pub(crate) struct Version {
    /// Of the program.
    pub(crate) version: &'static str,
    /// Of the records on disk.
    pub(crate) format_version: u32,
    /// Of the gate's meaning.
    pub(crate) gate_version: u32,
    /// Of State's meaning.
    pub(crate) state_version: u32,
}

pub(crate) fn version(out: &Out, found: &Version) -> Result<(), Error> {
    if out.is_json() {
        return out.json(found);
    }
    let Version { version, format_version, gate_version, state_version } = found;
    out.line(&format!("weft {version}"))?;
    pairs(
        out,
        &[
            ("format", format_version.to_string()),
            ("gate", gate_version.to_string()),
            ("state", state_version.to_string()),
        ],
    )
}

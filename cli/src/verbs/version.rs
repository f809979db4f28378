//! `weft version`: what this program is and what it understands.

use crate::args::Global;
use crate::error::Error;
use crate::render::{Out, Version, version};
use weft_commands::GATE_VERSION;
use weft_projections::STATE_VERSION;

/// The version of the records that this program writes and reads (docs/format.md).
const FORMAT_VERSION: u32 = 1;

pub(crate) fn run(global: &Global) -> Result<(), Error> {
    let found = Version {
        version: env!("CARGO_PKG_VERSION"),
        format_version: FORMAT_VERSION,
        gate_version: GATE_VERSION,
        state_version: STATE_VERSION,
    };
    version(&Out::new(global), &found)
}

//! `weft kernel status`: how the kernel is.

use crate::args::Global;
use crate::error::Error;
use crate::reach::kernel;
use crate::render::{Out, status};
use serde_json::json;

/// Show how the running kernel is; exit code 7 when none runs.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weft kernel status
  weft kernel status -o json")]
pub(crate) struct Args {}

pub(crate) fn run(global: &Global) -> Result<(), Error> {
    let found = kernel(global)?.call("kernel.status", &json!({}))?;
    status(&Out::new(global), &found)
}

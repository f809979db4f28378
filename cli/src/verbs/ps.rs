//! `weft ps`: the process table.

use crate::args::Global;
use crate::error::Error;
use crate::reach::Source;
use crate::render::{Out, processes};
use crate::view::At;
use weft_runtime::api::queries::Which;

/// List processes.
///
/// Shows the live ones; with --all also those that have exited within the last 24 hours of the log
/// and the last 1,000 exits.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weft ps                     live processes
  weft ps --all -o json       exited ones too, for machines
  weft ps --at @-10           as it was ten records ago")]
pub(crate) struct Args {
    /// Show processes that have exited, too.
    #[arg(short, long)]
    all: bool,
    #[command(flatten)]
    at: At,
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    let out = Out::new(global);
    let which = if args.all { Which::All } else { Which::Live };
    let rows = Source::open(global, &out, &args.at)?.processes(which)?;
    processes(&out, &rows)
}

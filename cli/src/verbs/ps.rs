//! `weft ps`: the process table.

use crate::args::Global;
use crate::error::Error;
use crate::render::{Out, Process, processes};
use crate::view::{At, View};

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
    let state = View::open(global, &out, &args.at)?.state()?;
    let rows = state.process_table.rows().filter(|row| args.all || row.state.is_live());
    let rows: Vec<Process> = rows
        .map(|row| Process::new(row, state.ipc_routes.inbox_len(row.pid).unwrap_or_default()))
        .collect();
    processes(&out, &rows)
}

//! `weft agent stop`: ask a process to end.

use crate::args::Global;
use crate::error::Error;
use crate::mutation::{Mutation, perform};
use weft_commands::requests::process::Stop;
use weft_commands::{Command, Target};

/// Ask a process to end. It is not started again.
///
/// The kernel sends SIGTERM, and SIGKILL to everything that is left after a grace of five seconds.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weft agent stop reader
  weft agent stop 3 --dry-run")]
pub(crate) struct Args {
    /// Which one, by name or PID.
    #[arg(value_name = "NAME|PID")]
    target: Target,
    #[command(flatten)]
    mutation: Mutation,
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    let stop = Stop { target: args.target.clone() };
    perform(&args.mutation, global, Command::Stop(stop).into())
}

//! Which of the verbs of agents.

use super::{inspect, stop};
use crate::args::Global;
use crate::error::Error;
use crate::verbs::{ps, run as spawn};

/// Agents, which are processes: list, spawn, inspect and stop them.
///
/// `agent list` is `weft ps`, `agent spawn` is `weft run`.
#[derive(Debug, clap::Args)]
#[command(arg_required_else_help = true)]
#[command(after_help = "\
Examples:
  weft agent list --all -o json
  weft agent spawn reader --can send:analyst -- python3 reader.py
  weft agent inspect reader
  weft agent stop reader")]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    List(ps::Args),
    Spawn(spawn::Args),
    Inspect(inspect::Args),
    Stop(stop::Args),
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    match &args.verb {
        Verb::List(args) => ps::run(args, global),
        Verb::Spawn(args) => spawn::run(args, global),
        Verb::Inspect(args) => inspect::run(args, global),
        Verb::Stop(args) => stop::run(args, global),
    }
}

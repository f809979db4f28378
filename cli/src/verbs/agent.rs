//! `weft agent`: agents, which are processes.

use crate::args::Global;
use crate::error::Error;
use crate::verbs::ps;

/// Agents, which are processes: `agent list` is `ps`.
#[derive(Debug, clap::Args)]
#[command(arg_required_else_help = true)]
#[command(after_help = "Examples:\n  weft agent list\n  weft agent list --all -o json")]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    List(ps::Args),
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    match &args.verb {
        Verb::List(args) => ps::run(args, global),
    }
}

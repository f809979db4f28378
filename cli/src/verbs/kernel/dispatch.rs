//! Which of the kernel's verbs.

use super::{logs, start, status, stop};
use crate::args::Global;
use crate::error::Error;

/// The kernel as a daemon: start and stop it, see how it is and what it says.
///
/// While it runs every other verb asks it over its socket; agents need it.
#[derive(Debug, clap::Args)]
#[command(arg_required_else_help = true)]
#[command(after_help = "\
Examples:
  weft kernel start
  weft kernel status -o json
  weft kernel logs --follow
  weft kernel stop")]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    Start(start::Args),
    Stop(stop::Args),
    Status(status::Args),
    Logs(logs::Args),
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    match &args.verb {
        Verb::Start(args) => start::run(args, global),
        Verb::Stop(args) => stop::run(args, global),
        Verb::Status(_) => status::run(global),
        Verb::Logs(args) => logs::run(args, global),
    }
}

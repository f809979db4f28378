//! Which of the verbs of rights.

use super::{grant, revoke};
use crate::args::Global;
use crate::error::Error;

/// Rights: hand them on and take them back.
#[derive(Debug, clap::Args)]
#[command(arg_required_else_help = true)]
#[command(after_help = "\
Examples:
  weft capability grant reader --can publish:survey/#
  weft cap revoke 12.0")]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    Grant(grant::Args),
    Revoke(revoke::Args),
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    match &args.verb {
        Verb::Grant(args) => grant::run(args, global),
        Verb::Revoke(args) => revoke::run(args, global),
    }
}

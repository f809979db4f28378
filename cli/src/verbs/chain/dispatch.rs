//! Which of the ledger's verbs.

use super::{status, verify};
use crate::args::Global;
use crate::error::Error;

/// The ledger: where it stands, and whether it holds.
#[derive(Debug, clap::Args)]
#[command(arg_required_else_help = true)]
#[command(after_help = "\
Examples:
  weft chain status
  weft chain verify --independent")]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    Status(status::Args),
    Verify(verify::Args),
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    match &args.verb {
        Verb::Status(args) => status::run(args, global),
        Verb::Verify(args) => verify::run(args, global),
    }
}

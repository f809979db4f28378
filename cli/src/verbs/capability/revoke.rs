//! `weft capability revoke`: take a right back.

use crate::args::Global;
use crate::error::Error;
use crate::mutation::{Mutation, perform};
use weft_commands::Command;
use weft_commands::requests::capability::Revoke;
use weft_projections::GrantId;

/// Take back a grant and everything derived from it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weft capability revoke 12.0
  weft cap revoke 12.0 --dry-run")]
pub(crate) struct Args {
    /// Which grant: the id that grant printed, such as 12.0.
    #[arg(value_name = "GRANT")]
    grant: GrantId,
    #[command(flatten)]
    mutation: Mutation,
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    let revoke = Revoke { grant: args.grant };
    perform(&args.mutation, global, Command::Revoke(revoke).into())
}

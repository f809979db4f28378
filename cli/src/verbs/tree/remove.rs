//! `weft tree remove`: take a resource out of the tree.

use crate::args::Global;
use crate::error::Error;
use crate::mutation::{Mutation, perform};
use weft_commands::Command;
use weft_commands::requests::tree::Remove;
use weft_projections::TreePath;

/// Take a resource out of the tree. Its history stays in the log.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weft tree remove /docs/a.md
  weft tree remove /apps/demo --recursive --dry-run")]
pub(crate) struct Args {
    /// Which one.
    #[arg(value_name = "PATH")]
    path: TreePath,
    /// Everything below it, too; without this a resource with children stays.
    #[arg(short, long)]
    recursive: bool,
    #[command(flatten)]
    mutation: Mutation,
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    let remove = Remove { path: args.path.clone(), recursive: args.recursive };
    perform(&args.mutation, global, Command::Remove(remove).into())
}

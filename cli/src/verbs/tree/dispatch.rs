//! Which of the tree's verbs.

use super::{list, put, remove, show};
use crate::args::Global;
use crate::error::Error;

/// The resource tree: list, show, put and remove resources.
#[derive(Debug, clap::Args)]
#[command(arg_required_else_help = true)]
#[command(after_help = "\
Examples:
  weft tree put /docs/a.md --kind file --meta size=120
  weft tree list / --recursive")]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    List(list::Args),
    Show(show::Args),
    Put(put::Args),
    Remove(remove::Args),
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    match &args.verb {
        Verb::List(args) => list::run(args, global),
        Verb::Show(args) => show::run(args, global),
        Verb::Put(args) => put::run(args, global),
        Verb::Remove(args) => remove::run(args, global),
    }
}

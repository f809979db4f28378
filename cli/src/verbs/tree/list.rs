//! `weft tree list`: what is below a path.

use crate::args::Global;
use crate::error::Error;
use crate::reach::Source;
use crate::render::{Out, resources};
use crate::view::At;
use weft_projections::TreePath;
use weft_runtime::api::queries::Depth;

/// List the resources below a path.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weft tree list                      what is at the root
  weft tree list /apps --recursive    everything below /apps
  weft tree list /docs --at @-5 -o json")]
pub(crate) struct Args {
    /// Below which path.
    #[arg(value_name = "PATH", default_value = "/")]
    path: TreePath,
    /// Go all the way down.
    #[arg(short, long)]
    recursive: bool,
    #[command(flatten)]
    at: At,
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    let out = Out::new(global);
    let depth = if args.recursive { Depth::All } else { Depth::Children };
    let found = Source::open(global, &out, &args.at)?.resources(&args.path, depth)?;
    resources(&out, &found)
}

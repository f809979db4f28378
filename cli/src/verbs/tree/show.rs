//! `weft tree show`: one resource.

use crate::args::Global;
use crate::error::Error;
use crate::reach::Source;
use crate::render::{Out, resource};
use crate::view::At;
use weft_projections::TreePath;

/// Show a resource: kind, digests, metadata, children.
///
/// The values of the metadata come from the payload of the record that stored them.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weft tree show /docs/a.md
  weft tree show /docs/a.md --at @-5 -o json")]
pub(crate) struct Args {
    /// Which one.
    #[arg(value_name = "PATH")]
    path: TreePath,
    #[command(flatten)]
    at: At,
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    let out = Out::new(global);
    let found = Source::open(global, &out, &args.at)?.resource(&args.path)?;
    resource(&out, &found)
}

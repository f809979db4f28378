//! `weft chain status`: where the log stands.

use crate::args::Global;
use crate::error::Error;
use crate::reach::Source;
use crate::render::{Out, standing};
use crate::view::At;

/// Show where the log stands: its id, size, head and public key.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weft chain status
  weft chain status -o json
  weft chain status --at @-100")]
pub(crate) struct Args {
    #[command(flatten)]
    at: At,
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    let out = Out::new(global);
    standing(&out, &Source::open(global, &out, &args.at)?.standing()?)
}

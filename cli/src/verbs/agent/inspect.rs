//! `weft agent inspect`: everything of one process.

use crate::args::Global;
use crate::error::Error;
use crate::reach::Source;
use crate::render::{Out, process};
use crate::view::At;
use weft_commands::Target;

/// Show everything of one process: state, runs, inbox, subscriptions, rights.
///
/// A name means the live process that has it, or else the last one that had it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weft agent inspect reader
  weft agent inspect 3 -o json
  weft agent inspect reader --at @-10")]
pub(crate) struct Args {
    /// Which one, by name or PID.
    #[arg(value_name = "NAME|PID")]
    target: Target,
    #[command(flatten)]
    at: At,
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    let out = Out::new(global);
    let found = Source::open(global, &out, &args.at)?.process(&args.target)?;
    process(&out, &found)
}

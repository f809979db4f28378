//! `weft show`: everything of one record.

use crate::args::Global;
use crate::error::Error;
use crate::reach::Source;
use crate::record_ref::RecordRef;
use crate::render::{Out, whole_record};
use crate::view::At;

/// Show everything of one record: request, ruling, events, payload, place.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weft show @                 the last record
  weft show 7 -o json
  weft show link:9f3ac1       by the first digits of its link
  weft show 2026-01-31T12:00:00Z")]
pub(crate) struct Args {
    /// Which record: a number, @, @-3, link:9f3ac1 or a time.
    #[arg(value_name = "REC", allow_hyphen_values = true)]
    record: RecordRef,
    #[command(flatten)]
    at: At,
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    let out = Out::new(global);
    let found = Source::open(global, &out, &args.at)?.record(&args.record)?;
    whole_record(&out, found)
}

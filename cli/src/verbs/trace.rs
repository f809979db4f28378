//! `weft trace`: what led to a record, and what it led to.

use crate::args::Global;
use crate::error::Error;
use crate::reach::Source;
use crate::record_ref::RecordRef;
use crate::render::{Out, trace};
use crate::view::At;
use weft_runtime::api::queries::{TRACE_DEPTH_DEFAULT, TRACE_DEPTH_MAX};

/// Show what led to a record, back to the root, and what it led to.
///
/// The causes come first, the root before all, then the record, then what it led to, each below the
/// record that is its cause. With a running kernel an index finds the latter; without one the log is read
/// from the record on.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weft trace @                what led to the last record
  weft trace 7 --depth 1      and only what record 7 itself led to
  weft trace link:9f3ac1 -o json")]
pub(crate) struct Args {
    /// Which record: a number, @, @-3, link:9f3ac1 or a time.
    #[arg(value_name = "REC", allow_hyphen_values = true)]
    record: RecordRef,
    /// How many steps forward.
    #[arg(
        long,
        value_name = "N",
        default_value_t = TRACE_DEPTH_DEFAULT,
        value_parser = clap::value_parser!(u32).range(..=i64::from(TRACE_DEPTH_MAX)),
    )]
    depth: u32,
    #[command(flatten)]
    at: At,
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    let out = Out::new(global);
    let found = Source::open(global, &out, &args.at)?.trace(&args.record, args.depth)?;
    trace(&out, found)
}

//! `weft chain status`: where the log stands.

use crate::args::Global;
use crate::error::Error;
use crate::render::{Out, Standing, standing};
use crate::view::{At, View};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use weft_projections::Seq;

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
    let view = View::open(global, &out, &args.at)?;
    let (first, last) = (view.entry(Seq(0))?, view.entry(view.head())?);
    let public_key = view.state()?.governance.log_key();
    let (segments, bytes) =
        extent(&view.node().layout().log(), &last.segment, last.offset + last.frame_bytes())?;
    let found = Standing {
        log_id: first.link.to_string(),
        size: view.head().0 + 1,
        head: view.head(),
        head_link: last.link.to_string(),
        public_key: public_key.to_string(),
        segments,
        bytes,
    };
    standing(&out, &found)
}

/// How many segments there are up to the one at `last`, and how many bytes they hold up to `end` in
/// that one: what is reserved behind is not counted.
fn extent(log: &Path, last: &str, end: u64) -> Result<(u64, u64), Error> {
    let fail = |source| Error::File { path: log.to_owned(), source };
    let last = last.rsplit('/').next().unwrap_or(last);
    let mut earlier = BTreeSet::new();
    for entry in fs::read_dir(log).map_err(fail)? {
        let entry = entry.map_err(fail)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".seg") && name.as_str() < last {
            earlier.insert((name, entry.metadata().map_err(fail)?.len()));
        }
    }
    Ok((earlier.len() as u64 + 1, earlier.iter().map(|(_, bytes)| bytes).sum::<u64>() + end))
}

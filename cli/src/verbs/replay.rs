//! `weft replay --check`: is State what the log says it is?

use crate::args::Global;
use crate::error::Error;
use crate::node::Node;
use crate::render::{Out, Progress, replayed};
use weft_runtime::replay::check;

/// Fold the whole log again, from record 0 and without any snapshot, and compare every State root that
/// the log claims.
///
/// Every record is checked on the way. Nothing is run and nothing is written. Claims about another
/// version of State cannot be compared: they are counted.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weft replay --check
  weft replay --check -o json")]
pub(crate) struct Args {
    /// Compare the State roots that the log claims.
    #[arg(long, required = true)]
    check: bool,
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    debug_assert!(args.check, "it is required");
    let out = Out::new(global);
    let node = Node::existing(global)?;
    let progress = Progress::of_records(&out, "replaying");
    let outcome = check(&node.platform(), &mut |done, total| progress.show(done, total));
    progress.finish();
    let found = outcome.map_err(|error| node.explain(error))?;
    replayed(&out, &found)?;
    match found.diverged {
        None => Ok(()),
        Some(diverged) => Err(Error::Diverged {
            record: diverged.claim.record,
            seq: diverged.claim.seq,
            claimed: diverged.claim.root,
            found: diverged.found,
        }),
    }
}

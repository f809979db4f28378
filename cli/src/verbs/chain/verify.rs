//! `weft chain verify`: does every record hold?

use crate::args::Global;
use crate::error::Error;
use crate::node::Node;
use crate::render::{Out, Progress, broken, verified};
use weft_ledger::{Hashing, VerifyOptions};
use weft_runtime::Platform;

/// Check every record: frames, checksums, commitments, links, order.
///
/// Nothing is written. A torn write at the very end is no damage: it is reported.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weft chain verify
  weft chain verify --independent      recompute every hash with a second implementation
  weft chain verify -o json")]
pub(crate) struct Args {
    /// Recompute every hash with the second implementation (the sha3 crate).
    #[arg(long)]
    independent: bool,
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    let out = Out::new(global);
    let node = Node::existing(global)?;
    let hashing = if args.independent { Hashing::Sha3 } else { Hashing::Shake };
    let options = VerifyOptions { hashing, ..VerifyOptions::default() };
    let progress = Progress::new(&out, "verifying");
    let outcome = weft_ledger::verify(&node.platform().storage(), options, &mut |done, total| {
        progress.show(done, total);
    });
    progress.finish();
    match outcome {
        Ok(report) => verified(&out, &report, hashing),
        Err(source) => {
            broken(&out, &source)?;
            Err(node.explain(source.into()))
        }
    }
}

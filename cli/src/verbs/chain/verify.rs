//! `weft chain verify`: does every record hold?

use crate::args::Global;
use crate::error::Error;
use crate::node::Node;
use crate::render::{Guarded, Out, Progress, broken, verified};
use weft_ledger::{GUARD_DIR, GuardState, Hashing, VerifyOptions, WitnessKey, verify_guarded};
use weft_runtime::Platform;

/// Check every record: frames, checksums, commitments, links, order; and the tree over them against
/// every checkpoint, its signature and the guard.
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
    /// Also check the cosignatures of this witness (C2SP tlog-cosignature, `name+id+key`).
    #[arg(long, value_name = "KEY")]
    witness: Vec<WitnessKey>,
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    let out = Out::new(global);
    let node = Node::existing(global)?;
    let hashing = if args.independent { Hashing::Sha3 } else { Hashing::Shake };
    let options = VerifyOptions { hashing, ..VerifyOptions::default() };
    let progress = Progress::new(&out, "verifying");
    let (storage, guards) = (node.platform().storage(), node.platform().guards());
    let mut show = |done, total| progress.show(done, total);
    let guards = guards.as_ref();
    let outcome = verify_guarded(&storage, guards, &args.witness, options, &mut show);
    progress.finish();
    match outcome {
        Ok(report) => {
            let guard = &report.watched.guard;
            let guarded = if node.is_behind(guard) { Guarded::Behind } else { Guarded::Held };
            verified(&out, &report, hashing, guarded)?;
            match guard {
                GuardState::Contradicted(_) if guarded == Guarded::Behind => Ok(()),
                GuardState::Contradicted(problem) => {
                    let file = format!("{GUARD_DIR}/{}", report.log_id);
                    let problem = problem.clone();
                    Err(node.explain(weft_ledger::Error::Guard { file, problem }.into()))
                }
                GuardState::NotLookedAt | GuardState::Missing | GuardState::Holds { .. } => Ok(()),
            }
        }
        Err(source) => {
            broken(&out, &source)?;
            Err(node.explain(source.into()))
        }
    }
}

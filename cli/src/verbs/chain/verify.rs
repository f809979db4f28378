//! `weft chain verify`: does every record hold?

use super::notes;
use crate::args::Global;
use crate::error::Error;
use crate::node::Node;
use crate::render::{Guarded, Out, Progress, broken, verified};
use std::path::PathBuf;
use weft_ledger::{
    Anchor, GUARD_DIR, GuardState, Hashing, NoteProblem, VerifyOptions, WitnessKey, verify_from,
    verify_guarded,
};
use weft_runtime::Platform;

/// Check every record: frames, checksums, commitments, links, order; and the tree over them against
/// every checkpoint, its signature and the guard.
///
/// Nothing is written. A torn write at the very end is no damage: it is reported.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weft chain verify
  weft chain verify --independent            recompute every hash with a second implementation
  weft chain verify --from kept.checkpoint   read only what is newer than a checkpoint you kept
  weft chain verify -o json")]
pub(crate) struct Args {
    /// Recompute every hash with a second implementation (the tiny-keccak crate).
    #[arg(long)]
    independent: bool,
    /// Also check the cosignatures of this witness (C2SP tlog-cosignature, `name+id+key`).
    #[arg(long, value_name = "KEY")]
    witness: Vec<WitnessKey>,
    /// A checkpoint that you kept (`weft chain checkpoint > FILE`): the log has to continue it, and only
    /// what is newer is read.
    #[arg(long, value_name = "CHECKPOINT")]
    from: Option<PathBuf>,
    /// The key that signed the checkpoint: name+id+key (C2SP signed-note), or its 32 bytes as 64 hex
    /// digits. Without it the log says which key that was.
    #[arg(long, value_name = "KEY", requires = "from")]
    key: Option<String>,
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    let out = Out::new(global);
    let anchor = args.anchor()?;
    let node = Node::existing(global)?;
    let hashing = if args.independent { Hashing::TinyKeccak } else { Hashing::Shake };
    let options = VerifyOptions { hashing, ..VerifyOptions::default() };
    let progress = Progress::new(&out, "verifying");
    let (storage, guards) = (node.platform().storage(), node.platform().guards());
    let mut show = |done, total| progress.show(done, total);
    let guards = guards.as_ref();
    let outcome = match &anchor {
        Some(anchor) => verify_from(&storage, guards, &args.witness, anchor, options, &mut show),
        None => verify_guarded(&storage, guards, &args.witness, options, &mut show),
    };
    progress.finish();
    match outcome {
        Ok(report) => {
            let guard = &report.watched.guard;
            let guarded = if node.is_behind(guard) { Guarded::Behind } else { Guarded::Held };
            verified(&out, &report, anchor.as_ref().map(Anchor::head), hashing, guarded)?;
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

impl Args {
    /// The checkpoint that the log has to continue.
    fn anchor(&self) -> Result<Option<Anchor>, Error> {
        let Some(path) = &self.from else { return Ok(None) };
        let note = notes::in_file(path)?;
        if let Some(key) = &self.key {
            let verified = note.verify(&notes::key(key, note.origin())?);
            let failed =
                |problem: NoteProblem| Error::Proof { path: path.clone(), problem: problem.into() };
            verified.map_err(failed)?;
        }
        Ok(Some(Anchor::new(path.display().to_string(), note)))
    }
}

//! `weft chain consistency`: is one checkpoint the beginning of another?

use super::notes;
use crate::args::Global;
use crate::error::Error;
use crate::node::Node;
use crate::render::{Out, consistent};
use std::path::{Path, PathBuf};
use weft_ledger::{Checkpoint, LogKeys, TreeReader};
use weft_runtime::Platform;

/// Prove that the log of one checkpoint continues that of another: nothing was taken back.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weft chain consistency kept.checkpoint latest.checkpoint
  weft chain consistency kept.checkpoint latest.checkpoint -o json     with the hashes of the proof")]
pub(crate) struct Args {
    /// The file of the older checkpoint.
    #[arg(value_name = "A")]
    old: PathBuf,
    /// The file of the newer checkpoint.
    #[arg(value_name = "B")]
    new: PathBuf,
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    let out = Out::new(global);
    let (old, new) = (notes::in_file(&args.old)?, notes::in_file(&args.new)?);
    let node = Node::existing(global)?;
    let inspection = node.inspect(&out)?;
    let keys = &inspection.opening.log.watched.keys;
    verify(&args.old, &old, keys)?;
    verify(&args.new, &new, keys)?;
    let mut tree = TreeReader::new(node.platform().storage(), inspection.reader().clone());
    let path = tree.consistency(&old.head(), &new.head());
    let path = path.map_err(|error| node.explain(error.into()))?;
    consistent(&out, &old, &new, &path)
}

/// Whether this log's key signed a checkpoint.
fn verify(path: &Path, note: &Checkpoint, keys: &LogKeys) -> Result<(), Error> {
    let Some(key) = keys.verifier_for(note.head().size) else { return Ok(()) };
    note.verify(&key).map_err(|problem| {
        let path = path.to_owned();
        Error::Proof { path, problem: problem.into() }
    })
}

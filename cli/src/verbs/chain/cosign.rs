//! `weft chain cosign`: keep what witnesses signed.

use super::notes;
use crate::args::Global;
use crate::error::Error;
use crate::node::Node;
use crate::render::{Out, kept};
use std::path::PathBuf;
use weft_ledger::{WitnessKey, keep_cosigned};
use weft_runtime::Platform;

/// Keep a checkpoint that witnesses have cosigned (C2SP tlog-cosignature), beside a running kernel too.
///
/// It must be a checkpoint of this log, by its key and its root, and every --witness must have cosigned
/// it. `weft chain verify --witness` checks what is kept.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weft chain checkpoint > latest.checkpoint                give it to the witness
  weft chain cosign cosigned.checkpoint --witness 'witness.example+1b2c3d4e+BA…'
  weft chain verify --witness 'witness.example+1b2c3d4e+BA…'")]
pub(crate) struct Args {
    /// The file of the checkpoint with its signatures: the log's own, and the witnesses'.
    #[arg(value_name = "NOTE_FILE")]
    file: PathBuf,
    /// A witness that must have cosigned (`name+id+key`); may be given more than once.
    #[arg(long, value_name = "KEY")]
    witness: Vec<WitnessKey>,
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    let out = Out::new(global);
    let note = notes::in_file(&args.file)?;
    let node = Node::existing(global)?;
    let inspection = node.inspect(&out)?;
    let (storage, keys) = (node.platform().storage(), &inspection.opening.log.watched.keys);
    let done = keep_cosigned(&storage, inspection.reader(), keys, &args.witness, &note);
    let done = done.map_err(|error| node.explain(error.into()))?;
    let witnesses = args.witness.iter().map(|witness| witness.name().to_owned());
    kept(&out, &note, witnesses.collect(), done)
}

//! `weft chain checkpoint`: what was signed last.

use super::notes;
use crate::args::Global;
use crate::error::Error;
use crate::node::Node;
use crate::render::{Out, checkpoint};

/// Print the last checkpoint: a signed note about the log's tree (C2SP tlog-checkpoint).
///
/// A running kernel signs one at least every second while the log grows, and one when it stops.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weft chain checkpoint > kept.checkpoint     keep it: nobody can take back what it says
  weft chain checkpoint -o json")]
pub(crate) struct Args {}

pub(crate) fn run(_args: &Args, global: &Global) -> Result<(), Error> {
    let out = Out::new(global);
    let node = Node::existing(global)?;
    let inspection = node.inspect(&out)?;
    let note = notes::found(&node, inspection.opening.log.watched.last.as_ref())?;
    let key = inspection.opening.log.watched.keys.verifier_for(note.head().size);
    checkpoint(&out, note, key.as_ref(), inspection.opening.log.head.size)
}

//! `weft chain restore`: a backup becomes the node's log again.

use crate::args::Global;
use crate::error::Error;
use crate::node::Node;
use crate::render::{Out, Progress, restored};
use std::path::PathBuf;
use weft_runtime::node;

/// Verify a whole backup, and put it back as the log of a node that has none.
///
/// Nothing is ever overwritten: the folder is new, or empty but for the node's keys/. Refused are a backup
/// that is damaged, one of less than the log's guard knows, and any beside a log that is there already.
/// Such a backup can be read where it lies, and `weft fork` goes on from it. A restore that was cut short is
/// done again by the same command.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weft chain restore /mnt/backup/2026-11-26
  weft chain restore /mnt/backup/2026-11-26 --data-dir /srv/weft
  weft fork @ --data-dir /mnt/backup/2026-11-26 --into /srv/weft      when the guard knows of more")]
pub(crate) struct Args {
    /// The folder of the backup.
    #[arg(value_name = "SRC")]
    source: PathBuf,
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    let out = Out::new(global);
    let node = Node::place(global)?;
    let progress = Progress::new(&out, "verifying and restoring");
    let mut show = |done, total| progress.step(done, total);
    let done = node::restore(node.layout(), &args.source, &mut show);
    progress.finish();
    let moved = Error::moved(args.source.display(), node.data_dir().display());
    restored(&out, &node, &args.source, &done.map_err(moved)?)
}

//! `weft chain backup`: a copy of the log, beside its kernel.

use crate::args::Global;
use crate::durable::Durable;
use crate::error::Error;
use crate::node::Node;
use crate::render::{Out, Progress, backed_up};
use std::path::{Path, PathBuf};
use weft_runtime::node;

/// Copy the log, its checkpoints and its blobs into a new or empty folder, beside a running kernel.
///
/// What is written was verified, and is read back and verified again before the folder holds a log. Keys
/// are not copied: keep `keys/` apart, since whoever has them is the operator. A backup is a read-only node:
/// --data-dir reads, verifies and forks it where it lies. One that was cut short is made by the same command.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weft chain backup /mnt/backup/2026-11-26
  weft chain verify --data-dir /mnt/backup/2026-11-26
  weft chain restore /mnt/backup/2026-11-26            once the log is lost")]
pub(crate) struct Args {
    /// The folder of the backup.
    #[arg(value_name = "DEST")]
    folder: PathBuf,
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    let out = Out::new(global);
    let node = Node::existing(global)?;
    let size = Durable::open(&node, &out)?.size;
    let folder = absolute(&args.folder)?;
    let progress = Progress::of_records(&out, "backing up");
    let mut show = |done, total| progress.step(done, total);
    let done = node::backup(node.layout(), size, &folder, &mut show);
    progress.finish();
    let moved = Error::moved(node.data_dir().display(), folder.display());
    backed_up(&out, &node, &folder, &done.map_err(moved)?)
}

fn absolute(path: &Path) -> Result<PathBuf, Error> {
    std::path::absolute(path).map_err(|source| Error::File { path: path.to_owned(), source })
}

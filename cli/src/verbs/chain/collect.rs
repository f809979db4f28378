//! `weft chain collect`: remove blobs that no record names.

use crate::args::Global;
use crate::error::Error;
use crate::node::Node;
use crate::render::{Out, collected};
use weft_ledger::blob::Removal;
use weft_ledger::collect_blobs;

/// Remove blobs that no record names, and what was left of some when storing them was cut short.
///
/// A blob is durable before a record names it, so a crash in between leaves one that nobody needs. Nothing
/// removes it but this. The kernel must not run; --dry-run only counts, and beside a kernel it may count a
/// blob whose record comes next.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weft chain collect --dry-run      how many there are, and how many bytes
  weft chain collect")]
pub(crate) struct Args {
    /// Say what would be removed, and remove nothing.
    #[arg(long)]
    dry_run: bool,
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    let out = Out::new(global);
    let node = Node::existing(global)?;
    if args.dry_run {
        node.refuse_copy()?;
        let inspection = node.inspect(&out)?;
        let found = collect_blobs(inspection.reader(), Removal::DryRun);
        let found = found.map_err(|source| Error::ledger(node.data_dir(), source))?;
        return collected(&out, found, Removal::DryRun);
    }
    let mut kernel = node.open(&out)?;
    let found = kernel.collect_blobs();
    let closed = kernel.close();
    let found = found.map_err(Error::node(node.data_dir()))?;
    closed.map_err(Error::node(node.data_dir()))?;
    collected(&out, found, Removal::Remove)
}

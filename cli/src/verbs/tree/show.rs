//! `weft tree show`: one resource.

use crate::args::Global;
use crate::error::Error;
use crate::metadata;
use crate::render::{Metadata, Out, ResourceDetails, resource};
use crate::view::{At, View};
use weft_ledger::Payload;
use weft_projections::{Seq, TreePath};

/// Show a resource: kind, digests, metadata, children.
///
/// The values of the metadata come from the payload of the record that stored them.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weft tree show /docs/a.md
  weft tree show /docs/a.md --at @-5 -o json")]
pub(crate) struct Args {
    /// Which one.
    #[arg(value_name = "PATH")]
    path: TreePath,
    #[command(flatten)]
    at: At,
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    let out = Out::new(global);
    let view = View::open(global, &out, &args.at)?;
    let tree = view.state()?.resource_tree;
    let Some(node) = tree.get(&args.path) else {
        return Err(view.not_found(format!("resource {}", args.path), "weft tree list --recursive"));
    };
    let children = tree.children(&args.path).map(|(path, _)| path.name().to_owned()).collect();
    let metadata = match node.payload {
        Some(payload) => read(&view, payload.seq)?,
        None => Metadata::None,
    };
    resource(&out, &ResourceDetails::new(&args.path, node, metadata, children))
}

fn read(view: &View, seq: Seq) -> Result<Metadata, Error> {
    let entry = view.entry(seq)?;
    Ok(match entry.payload() {
        Payload::None => Metadata::None,
        Payload::Erased => Metadata::Erased,
        Payload::Whole { bytes, .. } => {
            metadata::decode(bytes).map_or(Metadata::Unreadable, Metadata::Values)
        }
    })
}

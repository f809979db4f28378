//! `weft tree list`: what is below a path.

use crate::args::Global;
use crate::error::Error;
use crate::render::{Out, Resource, resources};
use crate::view::{At, View};
use weft_projections::TreePath;

/// List the resources below a path.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weft tree list                      what is at the root
  weft tree list /apps --recursive    everything below /apps
  weft tree list /docs --at @-5 -o json")]
pub(crate) struct Args {
    /// Below which path.
    #[arg(value_name = "PATH", default_value = "/")]
    path: TreePath,
    /// Go all the way down.
    #[arg(short, long)]
    recursive: bool,
    #[command(flatten)]
    at: At,
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    let out = Out::new(global);
    let view = View::open(global, &out, &args.at)?;
    let tree = view.state()?.resource_tree;
    if tree.get(&args.path).is_none() {
        return Err(view.not_found(format!("resource {}", args.path), "weft tree list --recursive"));
    }
    let found: Vec<Resource> = if args.recursive {
        let below = tree.subtree(&args.path).filter(|(path, _)| **path != args.path);
        below.map(|(path, node)| Resource::new(path, node)).collect()
    } else {
        tree.children(&args.path).map(|(path, node)| Resource::new(path, node)).collect()
    };
    resources(&out, &found)
}

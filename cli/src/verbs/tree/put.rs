//! `weft tree put`: store a resource.

use crate::args::Global;
use crate::asked::Asked;
use crate::error::Error;
use crate::mutation::{Mutation, perform};
use std::collections::BTreeMap;
use weft_commands::Command;
use weft_commands::requests::tree::Put;
use weft_projections::{MetaKey, ResourceKind, TreePath, limits};

/// Store a resource, new or in place of an older one.
///
/// Missing parents are made as namespaces. Only the kernel writes below /kernel, /network and
/// /environments.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weft tree put /docs/a.md --kind file --meta size=120 --meta lang=en
  weft tree put /apps/demo --dry-run
  weft tree put /apps/demo --id 0190f3c0-0000-7000-8000-000000000001")]
pub(crate) struct Args {
    /// Where: absolute, such as /apps/demo.
    #[arg(value_name = "PATH")]
    path: TreePath,
    /// What it is: a word.
    #[arg(short, long, value_name = "KIND", default_value = "resource")]
    kind: ResourceKind,
    /// A piece of metadata; may be given up to 64 times.
    #[arg(short, long, value_name = "KEY=VALUE", value_parser = parse_meta)]
    meta: Vec<(MetaKey, String)>,
    #[command(flatten)]
    mutation: Mutation,
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    let values = collect(&args.meta)?;
    let meta_keys = values.keys().cloned().collect();
    let put = Put { path: args.path.clone(), kind: args.kind.clone(), meta_keys };
    perform(&args.mutation, global, Asked::from(Command::Put(put)).with_metadata(values))
}

fn collect(given: &[(MetaKey, String)]) -> Result<BTreeMap<MetaKey, String>, Error> {
    let mut values = BTreeMap::new();
    for (key, value) in given {
        if values.insert(key.clone(), value.clone()).is_some() {
            return Err(Error::Usage(format!("metadata key {key} is given twice")));
        }
    }
    if values.len() > limits::META_KEYS_MAX {
        let (found, most) = (values.len(), limits::META_KEYS_MAX);
        return Err(Error::Usage(format!(
            "{found} metadata keys are given, at most {most} are possible"
        )));
    }
    Ok(values)
}

fn parse_meta(text: &str) -> Result<(MetaKey, String), String> {
    let (key, value) = text.split_once('=').ok_or("expected KEY=VALUE")?;
    let key = MetaKey::new(key).map_err(|error| error.to_string())?;
    Ok((key, value.to_owned()))
}

//! `weft chain rotate-key`: have checkpoints signed with another key.

use crate::args::Global;
use crate::error::Error;
use crate::host::entropy;
use crate::mutation::{Mutation, perform};
use crate::node::Node;
use crate::render::Out;
use weft_commands::requests::log::RotateKey;
use weft_commands::{Command, CommandId};
use weft_projections::Digest;
use weft_runtime::node::{Keys, PublicKey, next_log_key, store_next_log_key};
use weft_runtime::{Rehearsal, Request};

/// Make a new key for the log, and have checkpoints signed with it from now on.
///
/// The new key is stored as keys/log.key.next first, then the change is recorded with the old key's
/// signature, then the new key takes the name keys/log.key and the old one is overwritten. A crash
/// anywhere in between is completed by the next opening. Make a copy of the new key where you keep the
/// old one's.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weft chain rotate-key
  weft chain rotate-key --dry-run")]
pub(crate) struct Args {
    #[command(flatten)]
    mutation: Mutation,
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    let out = Out::new(global);
    let node = Node::existing(global)?;
    node.refuse_copy()?;
    let new_key = Digest(new_key(&node, &out, &args.mutation)?);
    perform(&args.mutation, global, Command::RotateKey(RotateKey { new_key }).into())
}

/// The key to ask for: one that was stored before and not used, or a new one. A repetition asks for the
/// key that it has asked for before, which is the log's by now.
fn new_key(node: &Node, out: &Out, mutation: &Mutation) -> Result<PublicKey, Error> {
    let failed = |error| node.explain(error);
    if let Some(next) = next_log_key(node.layout()).map_err(failed)? {
        return Ok(next);
    }
    if let Some(id) = mutation.id
        && let Some(current) = rotated_under(node, out, id)?
    {
        return Ok(current);
    }
    // The secret of a key (RFC 8032).
    let seed = entropy::<32>()?;
    if mutation.dry_run {
        // Nothing is stored, and nobody will ever have this key's secret.
        return Ok(Keys::from_seeds(&seed, &seed).log_public());
    }
    store_next_log_key(node.layout(), &seed).map_err(failed)
}

/// The log's key, if the command `id` has brought it.
fn rotated_under(node: &Node, out: &Out, id: CommandId) -> Result<Option<PublicKey>, Error> {
    let failed = |error| node.explain(error);
    let current = Keys::load(node.layout()).map_err(failed)?.log_public();
    let inspection = node.inspect(out)?;
    let actor = node.operator(&inspection.published.state)?;
    let rotate = Command::RotateKey(RotateKey { new_key: Digest(current) });
    let said = inspection.dry_run(&mut node.platform(), &Request::new(actor, id, rotate));
    match said {
        Ok(Rehearsal::Repeated(_)) => Ok(Some(current)),
        Ok(Rehearsal::Ruled { .. }) | Err(weft_runtime::Error::Refused(_)) => Ok(None),
        Err(error) => Err(failed(error)),
    }
}

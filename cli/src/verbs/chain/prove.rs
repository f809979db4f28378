//! `weft chain prove`: that a record is in the log.

use super::notes;
use crate::args::Global;
use crate::error::Error;
use crate::node::Node;
use crate::record_ref::RecordRef;
use crate::render::{Out, proof};
use crate::view::{At, View};
use weft_ledger::{Proof, Reveal, TreeReader};
use weft_projections::Seq;
use weft_runtime::Platform;

/// Print a proof that a record is in the log, for somebody who has only the log's public key.
///
/// The proof is one file (C2SP tlog-proof): the record's header, the path through the tree, and the
/// last checkpoint. What was asked and what it carried stay private unless --reveal is given.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weft chain prove 7 > 7.tlog-proof
  weft chain prove @-3 --reveal > whole.tlog-proof      with request, decision, events and payload
  weft chain check 7.tlog-proof --key KEY               on any machine")]
pub(crate) struct Args {
    /// Which record: a number, @, @-3, link:9f3ac1 or a time.
    #[arg(value_name = "REC", allow_hyphen_values = true)]
    record: RecordRef,
    /// Show the record's core and payload as well, with the salts of their commitments.
    #[arg(long)]
    reveal: bool,
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    let out = Out::new(global);
    let view = View::open(Node::existing(global)?, &out, &At { at: None })?;
    let (node, reader) = (view.node(), view.sight().reader);
    let note = notes::found(node, view.checkpoint())?;
    let Seq(seq) = view.resolve(&args.record)?;
    let failed = |error: weft_ledger::Error| node.explain(error.into());
    let entry = reader.read(seq).map_err(failed)?;
    let entry = entry.ok_or_else(|| Error::NotFound {
        what: format!("record {seq}"),
        look: "weft log",
        at: None,
    })?;
    let reveal = if args.reveal { Reveal::Record } else { Reveal::Header };
    let mut tree = TreeReader::new(node.platform().storage(), reader.clone());
    let made = Proof::make(&mut tree, &entry, note, reveal).map_err(failed)?;
    proof(&out, &made)
}

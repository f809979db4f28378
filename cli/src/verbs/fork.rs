//! `weft fork`: another log that goes on from here.

use crate::args::Global;
use crate::durable::Durable;
use crate::error::Error;
use crate::mutation::Mutation;
use crate::node::Node;
use crate::record_ref::RecordRef;
use crate::render::{Forked, Out, Progress, forked};
use std::path::PathBuf;
use weft_runtime::Rehearsal;
use weft_runtime::node::{Forking, fork, rehearse_fork};

/// Go on from a record of the log in a new node, under a log id and keys of its own.
///
/// The new log begins with a genesis that names the old log, the record and its link, and then has the old
/// records up to it, which keep everything but their links; so it has the State as of that record. The old
/// node is not touched: it may run, and may be a copy, a backup or a log that contradicts its guard. The
/// operator of the fork is who has its keys. Agents that were running count as lost when its kernel starts,
/// and those that restart on failure start there as well.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weft fork @ --into ./what-if                               from the last record
  weft fork 4120 --into ./before                             from an earlier one
  weft fork @ --data-dir /mnt/backup/today --into /srv/weft  go on from a backup
  weft fork @-3 --into ./what-if --dry-run")]
pub(crate) struct Args {
    /// The last record that both logs have: a number, @, @-3, link:9f3ac1 or a time.
    #[arg(value_name = "REC", allow_hyphen_values = true)]
    record: RecordRef,
    /// The data directory of the new node: a new or empty folder.
    #[arg(long, value_name = "DIR")]
    into: PathBuf,
    /// Whose log the new one is: the name that its checkpoints carry [default: as in the old log].
    #[arg(long, value_name = "NAME")]
    origin: Option<String>,
    #[command(flatten)]
    mutation: Mutation,
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    let out = Out::new(global);
    let (node, into) = (Node::existing(global)?, Node::at(args.into.clone()));
    let old = Durable::open(&node, &out)?;
    let seq = old.resolve(&node, &args.record)?;
    let (origin, command_id) = (args.origin.clone(), args.mutation.id);
    let forking = Forking { seq, origin, command_id };
    let moved = Error::moved(node.data_dir().display(), into.data_dir().display());
    if args.mutation.dry_run {
        let rehearsed = rehearse_fork(&old.inspection, into.layout(), &forking);
        let (said, origin, from) = rehearsed.map_err(moved)?;
        return forked(
            &out,
            &match said {
                Rehearsal::Repeated(receipt) => {
                    Forked::new(&into, &origin, from.into(), &receipt).rehearsed()
                }
                Rehearsal::Ruled { ruling, .. } => {
                    Forked::unmade(&into, &origin, from.into(), &ruling)
                }
            },
        );
    }
    let progress = Progress::of_records(&out, "forking");
    let mut show = |done, total| progress.step(done, total);
    let made = fork(&old.inspection, node.layout(), into.layout(), &forking, &mut show);
    progress.finish();
    let made = made.map_err(moved)?;
    let receipt = &made.receipt;
    forked(&out, &Forked::new(&into, &made.origin, made.from.into(), receipt))
        .map_err(|error| error.after(receipt.seq))
}

//! `weft chain redact`: erase the payload of a record.

use crate::args::Global;
use crate::error::Error;
use crate::mutation::{Mutation, perform};
use crate::reach::Source;
use crate::record_ref::RecordRef;
use crate::render::Out;
use crate::view::At;
use weft_commands::Command;
use weft_commands::requests::log::Redact;
use weft_projections::{Reason, Seq};

/// Erase the payload of a record: message body (also where it is a blob), metadata values, what a process runs.
///
/// Header and core stay, and with them the chain, the tree, every proof and State. When this returns the
/// bytes are overwritten on the disk, with torn writes that were saved. It cannot be undone. Copies
/// elsewhere (backups, exports, what a proof has revealed) are not reached.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weft chain redact 7 --reason 'a name that was to be forgotten'
  weft chain redact @-3 --reason GDPR-112 --dry-run")]
pub(crate) struct Args {
    /// Which record: a number, @, @-3, link:9f3ac1 or a time.
    #[arg(value_name = "REC", allow_hyphen_values = true)]
    record: RecordRef,
    /// Why, 1 to 512 bytes. It stays on the chain.
    #[arg(long, value_name = "TEXT")]
    reason: Reason,
    #[command(flatten)]
    mutation: Mutation,
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    let out = Out::new(global);
    let found = Source::open(global, &out, &At { at: None })?.record(&args.record)?.open()?;
    let redact = Redact { seq: Seq(found.record.seq), reason: args.reason.clone() };
    perform(&args.mutation, global, Command::Redact(redact).into())
}

//! Which of the ledger's verbs.

use super::{
    backup, check, checkpoint, collect, consistency, cosign, export, import, prove, redact,
    restore, rotate_key, status, verify,
};
use crate::args::Global;
use crate::error::Error;
use crate::verbs::trace;

/// The ledger: where it stands, and whether it holds.
#[derive(Debug, clap::Args)]
#[command(arg_required_else_help = true)]
#[command(after_help = "\
Examples:
  weft chain status
  weft chain verify --independent
  weft chain checkpoint > kept.checkpoint
  weft chain prove 7 > 7.tlog-proof
  weft chain check 7.tlog-proof --key KEY
  weft chain export --out log.jsonl
  weft chain backup /mnt/backup/today")]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    Status(status::Args),
    Verify(verify::Args),
    Checkpoint(checkpoint::Args),
    Prove(prove::Args),
    Check(check::Args),
    Consistency(consistency::Args),
    Cosign(cosign::Args),
    Export(export::Args),
    Import(import::Args),
    Backup(backup::Args),
    Restore(restore::Args),
    Redact(redact::Args),
    RotateKey(rotate_key::Args),
    Collect(collect::Args),
    Trace(trace::Args),
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    match &args.verb {
        Verb::Status(args) => status::run(args, global),
        Verb::Verify(args) => verify::run(args, global),
        Verb::Checkpoint(args) => checkpoint::run(args, global),
        Verb::Prove(args) => prove::run(args, global),
        Verb::Check(args) => check::run(args, global),
        Verb::Consistency(args) => consistency::run(args, global),
        Verb::Cosign(args) => cosign::run(args, global),
        Verb::Export(args) => export::run(args, global),
        Verb::Import(args) => import::run(args, global),
        Verb::Backup(args) => backup::run(args, global),
        Verb::Restore(args) => restore::run(args, global),
        Verb::Redact(args) => redact::run(args, global),
        Verb::RotateKey(args) => rotate_key::run(args, global),
        Verb::Collect(args) => collect::run(args, global),
        Verb::Trace(args) => trace::run(args, global),
    }
}

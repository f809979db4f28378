//! `weft chain check`: does a proof hold?

use super::notes;
use crate::args::Global;
use crate::error::Error;
use crate::render::{Out, proved};
use std::path::PathBuf;
use weft_ledger::{PROOF_BYTES_MAX, Proof};

/// Check a proof file with nothing but the log's public key: no node is needed.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weft chain check 7.tlog-proof --key 'weft.local/node/95e13f952ad0c9b5+1b2c3d4e+AQ…'
  weft chain check 7.tlog-proof --key 1b66…    64 hex digits, as `weft chain status` shows them")]
pub(crate) struct Args {
    /// The proof file.
    #[arg(value_name = "PROOF")]
    file: PathBuf,
    /// The log's public key: name+id+key (C2SP signed-note), or its 32 bytes as 64 hex digits.
    #[arg(long, value_name = "KEY")]
    key: String,
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    let out = Out::new(global);
    let bytes = notes::read(&args.file, PROOF_BYTES_MAX)?;
    let broken = |problem| Error::Proof { path: args.file.clone(), problem };
    let proof = Proof::parse(&bytes).map_err(broken)?;
    let key = notes::key(&args.key, proof.checkpoint().origin())?;
    let found = proof.check(&key).map_err(broken)?;
    proved(&out, &found, &key)
}

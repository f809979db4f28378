//! `weft chain import`: a log out of an export.

use crate::args::Global;
use crate::error::Error;
use crate::node::Node;
use crate::render::{Out, Progress, imported};
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use weft_ledger::Digest;
use weft_runtime::node;

/// Bytes of the file that are read at a time.
const PIECE_BYTES: usize = 1 << 20;

/// Make a log out of a whole export, in a new or empty folder: a read-only copy.
///
/// Everything is verified before there is a log: every record, every link, and the checkpoint that came
/// along, by the keys that the log itself names. Only its id or its key, had from elsewhere, says whose log
/// it is: give --log-id. A copy is read, verified and proved from like any log; `weft fork` goes on from it.
/// An import that was cut short is done again by the same command.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weft chain import log.jsonl --data-dir ./copy
  weft chain import log.jsonl --data-dir ./copy --log-id 95e13f95…     of this log, or not at all
  ssh host weft chain export | weft chain import - --data-dir ./copy")]
pub(crate) struct Args {
    /// The export; `-` is stdin.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The log that it has to be of: 64 hex digits, as `weft chain status` shows them.
    #[arg(long, value_name = "ID", value_parser = parse_log_id)]
    log_id: Option<Digest>,
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    let out = Out::new(global);
    let node = Node::place(global)?;
    let mut input = open(&args.file)?;
    let progress = Progress::of_records(&out, "importing");
    let mut show = |done, total| progress.step(done, total);
    let done = node::import(node.layout(), args.log_id, &mut *input, &mut show);
    progress.finish();
    let moved = Error::moved(args.file.display(), node.data_dir().display());
    imported(&out, &node, &done.map_err(moved)?)
}

fn open(path: &Path) -> Result<Box<dyn BufRead>, Error> {
    if path == Path::new("-") {
        return Ok(Box::new(BufReader::with_capacity(PIECE_BYTES, io::stdin())));
    }
    let file = File::open(path).map_err(|source| Error::File { path: path.to_owned(), source })?;
    Ok(Box::new(BufReader::with_capacity(PIECE_BYTES, file)))
}

fn parse_log_id(text: &str) -> Result<Digest, String> {
    Digest::from_hex(text).ok_or_else(|| "a log id has 64 hex digits, in lower case".to_owned())
}

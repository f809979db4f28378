//! `weft chain export`: records as JSON Lines.

use crate::args::Global;
use crate::durable::Durable;
use crate::error::Error;
use crate::node::Node;
use crate::record_ref::RecordRef;
use crate::render::{Out, Progress, exported};
use std::fs::File;
use std::io::{BufWriter, ErrorKind, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;
use weft_ledger::Checkpoint;
use weft_ledger::transfer::Exported;
use weft_projections::Seq;
use weft_runtime::node;

/// Bytes of the file that are written at a time.
const PIECE_BYTES: usize = 1 << 20;

/// Write records as JSON Lines, lossless: whoever imports them has the same log.
///
/// Each record is checked as it is read. The last checkpoint of the records goes along; keys and blobs do
/// not, and payloads go as they are: an export is as secret as the log. A running kernel goes on.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weft chain export --out log.jsonl                the whole log, into a file that is not there yet
  weft chain export | gzip > log.jsonl.gz          to stdout
  weft chain export --from 100 --to @ --out x      some of it: can be checked, not imported
  weft chain export | ssh host weft chain import -")]
pub(crate) struct Args {
    /// The first record [default: 0].
    #[arg(long, value_name = "REC", allow_hyphen_values = true)]
    from: Option<RecordRef>,
    /// The last record [default: @].
    #[arg(long, value_name = "REC", allow_hyphen_values = true)]
    to: Option<RecordRef>,
    /// The file, which must not be there yet; `-` is stdout.
    #[arg(long, value_name = "FILE", default_value = "-")]
    out: PathBuf,
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    let out = Out::new(global);
    let file = Some(args.out.as_path()).filter(|path| *path != Path::new("-"));
    if let Some(path) = file {
        refuse_existing(path)?;
    }
    let node = Node::existing(global)?;
    let log = Durable::open(&node, &out)?;
    let range = range(args, &node, &log)?;
    let progress = Progress::of_records(&out, "exporting");
    let written = match file {
        Some(path) => into_file(&node, &log, range, path, &progress),
        None => write(&node, &log, range, &mut out.stream(), &progress).map_err(of_stdout),
    };
    progress.finish();
    let (done, checkpoint) = written?;
    match file {
        Some(path) => exported(&out, path, &done, checkpoint.as_ref()),
        None => Ok(()),
    }
}

fn range(args: &Args, node: &Node, log: &Durable) -> Result<Range<u64>, Error> {
    let find = |reference: &RecordRef| log.resolve(node, reference).map(|Seq(seq)| seq);
    let first = args.from.as_ref().map_or(Ok(0), find)?;
    let end = args.to.as_ref().map_or(Ok(log.size), |last| find(last).map(|last| last + 1))?;
    if first >= end {
        return Err(Error::Usage(format!("--from {first} lies behind --to {}", end - 1)));
    }
    Ok(first..end)
}

type Written = (Exported, Option<Checkpoint>);

fn write(
    node: &Node,
    log: &Durable,
    range: Range<u64>,
    into: &mut dyn Write,
    progress: &Progress,
) -> Result<Written, Error> {
    let mut show = |done, total| progress.step(done, total);
    let written = node::export(&log.inspection, node.layout(), range, into, &mut show);
    written.map_err(Error::node(node.data_dir()))
}

/// Writes a file under another name beside its place, and gives it its name once it is durable.
fn into_file(
    node: &Node,
    log: &Durable,
    range: Range<u64>,
    path: &Path,
    progress: &Progress,
) -> Result<Written, Error> {
    let failed = |source| Error::File { path: path.to_owned(), source };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let part =
        tempfile::Builder::new().prefix(&format!(".{name}.")).suffix(".part").tempfile_in(folder);
    let part: NamedTempFile = part.map_err(failed)?;
    let mut file = BufWriter::with_capacity(PIECE_BYTES, part.as_file());
    let written = write(node, log, range, &mut file, progress)?;
    file.flush().map_err(failed)?;
    drop(file);
    part.as_file().sync_all().map_err(failed)?;
    part.persist_noclobber(path).map_err(|error| failed(error.error))?;
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
    Ok(written)
}

/// Before the log is read for nothing.
fn refuse_existing(path: &Path) -> Result<(), Error> {
    match path.symlink_metadata() {
        Ok(_) => {
            Err(Error::File { path: path.to_owned(), source: ErrorKind::AlreadyExists.into() })
        }
        Err(_) => Ok(()),
    }
}

/// A reader of stdout that has gone is no failure.
fn of_stdout(error: Error) -> Error {
    if let Error::Node { source, .. } = &error
        && let weft_runtime::Error::Ledger(weft_ledger::Error::Io { source, .. }) = &**source
        && source.kind() == ErrorKind::BrokenPipe
    {
        return Error::PipeClosed;
    }
    error
}

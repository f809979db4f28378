//! `weft logs`: what a process printed.

use crate::args::Global;
use crate::error::Error;
use crate::reach::{Link, Source};
use crate::render::{Out, Printed, printed};
use crate::view::{At, View};
use serde::Deserialize;
use serde_json::json;
use weft_commands::Target;
use weft_runtime::api::limits::OUTPUT_BYTES_MAX;
use weft_runtime::api::queries;
use weft_runtime::reactor::tail_of_output;

/// Show what a process printed, on stdout and stderr alike.
///
/// The kernel keeps the last mebibyte or two of each process. What it did is in `weft log NAME`. A name means
/// the live process that has it, or else the last one that had it. Into a pipe it goes as it was printed.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weft logs reader
  weft logs reader --follow
  weft logs 3 --bytes 2000 -o json
  weft log reader                     what the kernel recorded of it")]
pub(crate) struct Args {
    /// Which one, by name or PID.
    #[arg(value_name = "NAME|PID")]
    target: Target,
    /// Go on until its run ends.
    #[arg(short, long)]
    follow: bool,
    /// At most so many bytes of what there is, the last ones.
    #[arg(long, value_name = "N", default_value_t = OUTPUT_BYTES_MAX)]
    bytes: u64,
}

/// What a kernel says of an output.
#[derive(Deserialize)]
struct Output {
    pid: u64,
    text: String,
}

/// A piece of an output, or its end.
#[derive(Deserialize)]
struct Piece {
    #[serde(default)]
    text: String,
    #[serde(default)]
    reason: String,
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    let out = Out::new(global);
    let mut source = Source::open(global, &out, &At { at: None })?;
    let target = source.settle(&args.target)?;
    let shown = match &mut source {
        Source::Files(view) => from_files(view, &target, args)?,
        Source::Kernel(link) => from_kernel(link, &target, args)?,
    };
    printed(&out, &shown)?;
    match source {
        Source::Kernel(link) if args.follow => follow(*link, &out, shown.pid),
        Source::Files(_) if args.follow => {
            out.remark("no kernel runs: nothing more will come");
            Ok(())
        }
        Source::Kernel(_) | Source::Files(_) => {
            if shown.text.is_empty() {
                let target = &args.target;
                out.remark(&format!("it printed nothing; `weft log {target}` shows what it did"));
            }
            Ok(())
        }
    }
}

fn from_files(view: &View, target: &Target, args: &Args) -> Result<Printed, Error> {
    let row = queries::find(view.sight().state, target).map_err(view.explain("weft ps --all"))?;
    let folder = view.node().layout().output();
    let found = tail_of_output(&folder, row.pid, args.bytes.min(OUTPUT_BYTES_MAX));
    let bytes = found.map_err(|source| Error::File { path: folder, source })?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    Ok(Printed { pid: row.pid.get(), text })
}

fn from_kernel(link: &mut Link, target: &Target, args: &Args) -> Result<Printed, Error> {
    let params = json!({ "target": target.to_string(), "follow": args.follow });
    let found: Result<Output, Error> = link.call("process.output", &params);
    let Output { pid, text } = found.map_err(|error| error.looking("weft ps --all"))?;
    let most = usize::try_from(args.bytes).unwrap_or(usize::MAX);
    let begin = text.ceil_char_boundary(text.len().saturating_sub(most));
    Ok(Printed { pid, text: text.get(begin..).unwrap_or_default().to_owned() })
}

fn follow(mut link: Link, out: &Out, pid: u64) -> Result<(), Error> {
    loop {
        let notice = link.notice()?;
        let Piece { text, reason } =
            serde_json::from_str(notice.params.get()).map_err(Error::garbled)?;
        match notice.method.as_str() {
            "process.printed" => printed(out, &Printed { pid, text })?,
            "process.ended" if reason == "ended" => return Ok(()),
            "process.ended" => return Err(Error::Ended(reason)),
            _ => {}
        }
    }
}

//! `weft log`: what was asked, and what the gate said.

use crate::args::Global;
use crate::error::Error;
use crate::host::now_ms;
use crate::latest;
use crate::reach::{Search, Source, kernel};
use crate::render::{Document, Out, Records, live};
use crate::view::At;
use crate::when::Moment;
use serde::Deserialize;
use serde_json::value::RawValue;
use weft_projections::{Actor, Kind, Time};
use weft_runtime::api::queries::{Order, Ruled};

/// How many records are shown unless told otherwise.
const LIMIT_DEFAULT: u64 = 20;

/// Show what the kernel recorded: who asked for what, and how it was ruled.
///
/// The last 20 records, oldest first. With NAME only what a process did and what was done to it:
/// every process that ever had the name, or the one with that PID. What it printed is in `weft logs NAME`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weft log                                the last 20 records
  weft log reader --limit 100             about the process named reader
  weft log --follow                       go on as new ones come
  weft log --verdict deny --since 1h      what was denied in the last hour
  weft log --kind tree.put --actor operator:1 -o json")]
pub(crate) struct Args {
    /// A process, by name or PID.
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// Only this kind of command, such as process.spawn.
    #[arg(long, value_name = "KIND", value_parser = parse_kind)]
    kind: Option<Kind>,
    /// Only what this actor asked for: kernel, process:3, operator:1.
    #[arg(long, value_name = "ACTOR")]
    actor: Option<Actor>,
    /// Only what was ruled so.
    #[arg(long, value_enum, value_name = "VERDICT")]
    verdict: Option<Verdict>,
    /// Only records since then: a time, or how long ago (90s, 10m, 1h, 7d).
    #[arg(long, value_name = "TIME", value_parser = Moment::parse_past)]
    since: Option<Moment>,
    /// At most this many records, the latest ones.
    #[arg(short = 'n', long, value_name = "N", default_value_t = LIMIT_DEFAULT)]
    limit: u64,
    /// Newest first.
    #[arg(short, long)]
    reverse: bool,
    /// Go on with new records as they come, until Ctrl-C; takes a running kernel.
    #[arg(short, long, conflicts_with_all = ["reverse", "at"])]
    follow: bool,
    #[command(flatten)]
    at: At,
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    let out = Out::new(global);
    let search = search(args)?;
    if args.follow {
        return follow(args, global, &out, &search);
    }
    let mut source = Source::open(global, &out, &args.at)?;
    let head = source.head()?;
    let mut shown = Records::new(&out);
    latest::show(
        &mut *source.reading(&search)?,
        head,
        args.limit,
        if args.reverse { Order::Newest } else { Order::Oldest },
        &mut |record| shown.push(record),
    )?;
    shown.finish()
}

/// Shows the latest records and then those that come, none twice and none left out.
fn follow(args: &Args, global: &Global, out: &Out, search: &Search) -> Result<(), Error> {
    let mut source = Source::Kernel(Box::new(kernel(global)?));
    let head = source.head()?;
    let mut show = |record| live(out, record);
    latest::show(&mut *source.reading(search)?, head, args.limit, Order::Oldest, &mut show)?;
    let Source::Kernel(mut link) = source else { return Ok(()) };
    let _: Box<RawValue> = link.call_raw("log.follow", &search.following(head.next()))?;
    loop {
        let notice = link.notice()?;
        let Piece { record, reason } =
            serde_json::from_str(notice.params.get()).map_err(Error::garbled)?;
        match (notice.method.as_str(), record) {
            ("log.record", Some(record)) => live(out, Document::Sent(record))?,
            ("log.ended", _) => return Err(Error::Ended(reason)),
            (_, _) => {}
        }
    }
}

/// A record of a stream, or its end.
#[derive(Deserialize)]
struct Piece {
    #[serde(default)]
    record: Option<Box<RawValue>>,
    #[serde(default)]
    reason: String,
}

fn search(args: &Args) -> Result<Search, Error> {
    let target = |name: &str| name.parse().map_err(|error| Error::Usage(format!("{error}")));
    Ok(Search {
        process: args.name.as_deref().map(target).transpose()?,
        kind: args.kind,
        actor: args.actor,
        ruled: args.verdict.map(Verdict::ruled),
        since: args.since.map(|since| Time::from_unix_ms(since.before(now_ms()))),
    })
}

/// How a record was ruled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Verdict {
    /// The gate permitted it.
    Permit,
    /// The gate warned.
    Warn,
    /// The gate deferred it.
    Defer,
    /// The gate denied it.
    Deny,
    /// The gate let it through and the decider rejected it.
    Rejected,
}

impl Verdict {
    fn ruled(self) -> Ruled {
        match self {
            Verdict::Permit => Ruled::Permit,
            Verdict::Warn => Ruled::Warn,
            Verdict::Defer => Ruled::Defer,
            Verdict::Deny => Ruled::Deny,
            Verdict::Rejected => Ruled::Rejected,
        }
    }
}

fn parse_kind(text: &str) -> Result<Kind, String> {
    Kind::from_name(text).ok_or_else(|| {
        let names: Vec<&str> = Kind::ALL.iter().filter_map(|kind| kind.name()).collect();
        format!("no such kind; there are {}", names.join(", "))
    })
}

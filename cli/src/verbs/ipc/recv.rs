//! `weft ipc recv`: the oldest messages of one's inbox.

use crate::args::Global;
use crate::error::Error;
use crate::reach::{Link, kernel};
use crate::render::{Out, message};
use crate::when::parse_seconds;
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;
use std::time::{Duration, Instant};
use weft_runtime::api::json::Message;
use weft_runtime::api::limits::RECEIVE_TIMEOUT_MS_MAX;

/// Most messages of one answer.
const MESSAGES_MAX: u64 = weft_runtime::api::queries::MESSAGES_MAX as u64;

/// Wait for the oldest message of the inbox and print its body.
///
/// A message stays in the inbox, and comes again, until it is acknowledged: with --ack as soon as it is
/// printed, or with `weft ipc ack` when its work is done. Each body is printed as it was sent and ended by a
/// line feed; a body with line feeds in it is told from several by -o json, one message a line.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weft ipc recv --ack                        wait as long as it takes
  weft ipc recv --timeout 10 || echo none    exit code 8 when the time is over
  weft ipc recv --max 64 -o json             all there is, with numbers and senders")]
pub(crate) struct Args {
    /// Wait at most so long; 0 looks and does not wait [default: as long as it takes].
    #[arg(long, value_name = "SECONDS", value_parser = parse_seconds)]
    timeout: Option<Duration>,
    /// Print up to so many, if they are there.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=MESSAGES_MAX))]
    max: u64,
    /// Acknowledge each one after it was printed.
    #[arg(long)]
    ack: bool,
}

#[derive(Deserialize)]
struct Received {
    messages: Vec<Message>,
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    let out = Out::new(global);
    let mut link = kernel(global)?;
    for found in receive(&mut link, args)? {
        message(&out, &found)?;
        if args.ack {
            let _: Box<RawValue> = link.call("ipc.ack", &json!({ "message": found.message }))?;
        }
    }
    Ok(())
}

/// Asks again and again: one question waits for a minute at most.
fn receive(link: &mut Link, args: &Args) -> Result<Vec<Message>, Error> {
    let longest = Duration::from_millis(RECEIVE_TIMEOUT_MS_MAX);
    let begun = Instant::now();
    loop {
        let left = args.timeout.map(|timeout| timeout.saturating_sub(begun.elapsed()));
        let wait = left.unwrap_or(longest).min(longest);
        let timeout_ms = u64::try_from(wait.as_millis()).unwrap_or(RECEIVE_TIMEOUT_MS_MAX);
        let params = json!({ "timeout_ms": timeout_ms, "max": args.max });
        let Received { messages } = link.call("ipc.receive", &params)?;
        if !messages.is_empty() {
            return Ok(messages);
        }
        if let Some(timeout) = args.timeout.filter(|timeout| begun.elapsed() >= *timeout) {
            let seconds = timeout.as_secs_f64();
            return Err(Error::TimedOut(format!("no message came within {seconds} s")));
        }
    }
}

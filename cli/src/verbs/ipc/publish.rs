//! `weft ipc publish`: a message to whoever subscribed.

use super::body;
use crate::args::Global;
use crate::asked::Asked;
use crate::error::Error;
use crate::mutation::{Mutation, perform};
use weft_commands::Command;
use weft_commands::requests::topic::Publish;
use weft_projections::Topic;

/// Put a message into the inbox of everybody who subscribed to its topic.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weft ipc publish survey/words 42
  wc -w notes.md | weft ipc publish survey/words")]
pub(crate) struct Args {
    /// Under which topic, such as survey/words.
    #[arg(value_name = "TOPIC")]
    topic: Topic,
    /// What: 1 byte to 11 MiB. Without it, or for -, all of stdin.
    #[arg(value_name = "BODY", allow_hyphen_values = true)]
    body: Option<String>,
    #[command(flatten)]
    mutation: Mutation,
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    let body = body::read(args.body.as_deref())?;
    let publish = Command::Publish(Publish { topic: args.topic.clone() });
    perform(&args.mutation, global, Asked::from(publish).with_body(body))
}

//! `weft ipc subscribe`: messages of topics into one's inbox.

use crate::args::Global;
use crate::error::Error;
use crate::mutation::{Mutation, perform};
use weft_commands::Command;
use weft_commands::requests::topic::Subscribe;
use weft_projections::TopicFilter;

/// Get the messages of topics from now on, in the inbox of the agent that asks.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weft ipc subscribe survey/words
  weft ipc subscribe 'survey/+/done'     + is any one level
  weft ipc subscribe 'survey/#'          # is everything below")]
pub(crate) struct Args {
    /// Which topics.
    #[arg(value_name = "FILTER")]
    filter: TopicFilter,
    #[command(flatten)]
    mutation: Mutation,
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    let subscribe = Subscribe { filter: args.filter.clone() };
    perform(&args.mutation, global, Command::Subscribe(subscribe).into())
}

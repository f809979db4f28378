//! `weft ipc unsubscribe`: no more messages of topics.

use crate::args::Global;
use crate::error::Error;
use crate::mutation::{Mutation, perform};
use weft_commands::Command;
use weft_commands::requests::topic::Unsubscribe;
use weft_projections::TopicFilter;

/// Get the messages of topics no longer. What is in the inbox stays there.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weft ipc unsubscribe 'survey/#'")]
pub(crate) struct Args {
    /// Which topics, as they were subscribed to.
    #[arg(value_name = "FILTER")]
    filter: TopicFilter,
    #[command(flatten)]
    mutation: Mutation,
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    let unsubscribe = Unsubscribe { filter: args.filter.clone() };
    perform(&args.mutation, global, Command::Unsubscribe(unsubscribe).into())
}

//! `weft ipc ack`: take messages out of one's inbox.

use crate::args::Global;
use crate::error::Error;
use crate::mutation::{Mutation, perform};
use weft_commands::Command;
use weft_commands::requests::ipc::Ack;
use weft_projections::Seq;

/// Take messages out of the inbox: their work is done, and nobody gets them again.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weft ipc ack 17
  weft ipc ack 17 18 19

The number of a message is the record that put it there: `weft ipc recv -o json` says it.")]
pub(crate) struct Args {
    /// Which ones.
    #[arg(value_name = "MESSAGE", required = true)]
    messages: Vec<u64>,
    #[command(flatten)]
    mutation: Mutation,
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    if args.messages.len() > 1 && args.mutation.id.is_some() {
        return Err(Error::Usage("--id names one command: give it with one message".to_owned()));
    }
    args.messages.iter().try_for_each(|message| {
        let ack = Ack { message: Seq(*message) };
        perform(&args.mutation, global, Command::Ack(ack).into())
    })
}

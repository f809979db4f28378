//! `weft ipc send`: a message into an inbox.

use super::body;
use crate::args::Global;
use crate::asked::Asked;
use crate::error::Error;
use crate::mutation::{Mutation, perform};
use weft_commands::requests::ipc::Send;
use weft_commands::{Command, Target};

/// Put a message into a process's inbox; it need not run yet.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weft ipc send analyst 'count docs/a.md'
  date | weft ipc send analyst
  weft ipc send 3 - < message.bin")]
pub(crate) struct Args {
    /// To whom, by name or PID.
    #[arg(value_name = "TO")]
    to: Target,
    /// What: 1 byte to 11 MiB. Without it, or for -, all of stdin.
    #[arg(value_name = "BODY", allow_hyphen_values = true)]
    body: Option<String>,
    #[command(flatten)]
    mutation: Mutation,
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    let body = body::read(args.body.as_deref())?;
    let send = Command::Send(Send { to: args.to.clone() });
    perform(&args.mutation, global, Asked::from(send).with_body(body))
}

//! Which of the verbs of messages.

use super::{ack, publish, recv, send, subscribe, unsubscribe};
use crate::args::Global;
use crate::error::Error;

/// Messages: send, receive and acknowledge them; publish and subscribe.
///
/// Agents use these from any shell script: the token in their environment says who they are. An operator may
/// send and publish; only processes have an inbox.
#[derive(Debug, clap::Args)]
#[command(arg_required_else_help = true)]
#[command(after_help = "\
Examples:
  weft ipc send analyst 'count docs/a.md'
  weft ipc recv --ack --timeout 10
  weft ipc publish survey/words 42")]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    Send(send::Args),
    Recv(recv::Args),
    Ack(ack::Args),
    Publish(publish::Args),
    Subscribe(subscribe::Args),
    Unsubscribe(unsubscribe::Args),
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    match &args.verb {
        Verb::Send(args) => send::run(args, global),
        Verb::Recv(args) => recv::run(args, global),
        Verb::Ack(args) => ack::run(args, global),
        Verb::Publish(args) => publish::run(args, global),
        Verb::Subscribe(args) => subscribe::run(args, global),
        Verb::Unsubscribe(args) => unsubscribe::run(args, global),
    }
}

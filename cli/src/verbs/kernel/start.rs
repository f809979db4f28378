//! `weft kernel start`: the kernel as a daemon.

use super::{background, journal};
use crate::args::Global;
use crate::error::Error;
use crate::node::Node;
use crate::reach::{Found, seek};
use crate::render::{Out, Started, started};
use weft_runtime::daemon;

/// Start the kernel of the node, and return when it accepts commands.
///
/// It goes on in the background, in a session of its own, and writes what it does to kernel.log in the data
/// directory. WEFT_LOG chooses how much, such as `debug` or `weft_runtime=trace`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weft kernel start
  weft kernel start --foreground          until SIGTERM or Ctrl-C, saying on stderr what it does
  weft kernel start --data-dir /srv/weft")]
pub(crate) struct Args {
    /// Be the kernel, until SIGTERM or Ctrl-C, and say on stderr what it does.
    #[arg(long)]
    foreground: bool,
    /// Be the kernel in the background.
    #[arg(long, hide = true)]
    detached: bool,
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    let out = Out::new(global);
    let node = Node::existing(global)?;
    if args.detached {
        background::leave_session()?;
        journal::to_file(&node.layout().kernel_log())?;
        return serve(&node, &out);
    }
    if let Found::Kernel(link) = seek(&node)? {
        return Err(Error::Running(link.kernel_pid()));
    }
    node.refuse_copy()?;
    if args.foreground {
        journal::to_stderr();
        return serve(&node, &out);
    }
    started(&out, &background::start(&node)?)
}

/// Runs the kernel to its end; says once that it accepts commands.
fn serve(node: &Node, out: &Out) -> Result<(), Error> {
    let layout = node.layout();
    let served = daemon::run(layout, |ready| {
        let found = Started {
            pid: std::process::id(),
            socket: layout.socket().display().to_string(),
            data_dir: layout.data_dir().display().to_string(),
            booted: ready.booted.0,
        };
        tracing::info!(pid = found.pid, record = found.booted, "accepting commands");
        // Who started it may be gone; the kernel is not.
        drop(started(out, &found));
    });
    served.map_err(|error| {
        tracing::error!(%error, "the kernel ended");
        node.explain(error)
    })
}

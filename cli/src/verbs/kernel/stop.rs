//! `weft kernel stop`: the end of the daemon.

use crate::args::Global;
use crate::error::Error;
use crate::mutation::{Mutation, perform_by_kernel};
use crate::node::Node;
use crate::reach::{is_agent, kernel};
use crate::when::parse_seconds;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::OwnedFd;
use rustix::process::{Pid, PidfdFlags, pidfd_open};
use std::time::{Duration, Instant};
use weft_commands::Command;
use weft_commands::requests::kernel::Shutdown;
use weft_ledger::Occupancy;

/// How long the end may take: agents get a grace to end in.
const TIMEOUT_DEFAULT: &str = "30";

/// How long it may go unnoticed that the node is free although its holder lives on.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Ask the running kernel to stop, and wait until the node is free.
///
/// It ends its agents first: SIGTERM, then SIGKILL for what is left after five seconds. They are started again
/// with the next kernel.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weft kernel stop
  weft kernel stop --timeout 5      exit code 8 when it takes longer
  weft kernel stop --dry-run        would it be permitted?")]
pub(crate) struct Args {
    /// Wait at most so long.
    #[arg(long, value_name = "SECONDS", value_parser = parse_seconds, default_value = TIMEOUT_DEFAULT)]
    timeout: Duration,
    #[command(flatten)]
    mutation: Mutation,
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    let mut link = kernel(global)?;
    let pid = link.kernel_pid();
    // Before it is asked: later the number might be another process's.
    let process = open(pid);
    let asked = Command::Shutdown(Shutdown {}).into();
    perform_by_kernel(&mut link, &args.mutation, global, &asked)?;
    drop(link);
    if args.mutation.dry_run || is_agent(global) {
        return Ok(());
    }
    wait(&Node::existing(global)?, pid, process.as_ref(), args.timeout)
}

/// A descriptor that tells when the process has ended; none when it has, or where there is no such thing.
fn open(pid: u32) -> Option<OwnedFd> {
    let pid = Pid::from_raw(i32::try_from(pid).ok()?)?;
    pidfd_open(pid, PidfdFlags::empty()).ok()
}

/// Waits until `pid` holds the node no longer.
fn wait(node: &Node, pid: u32, process: Option<&OwnedFd>, timeout: Duration) -> Result<(), Error> {
    let begun = Instant::now();
    while node.occupancy()? == (Occupancy::Taken { holder: Some(pid) }) {
        let left = timeout.saturating_sub(begun.elapsed());
        if left.is_zero() {
            return Err(Error::TimedOut(format!(
                "process {pid} still holds the node after {} s; it was asked to stop",
                timeout.as_secs_f64()
            )));
        }
        let ended = process.map(|process| PollFd::new(process, PollFlags::IN));
        let mut watched: Vec<PollFd<'_>> = ended.into_iter().collect();
        let time = Timespec::try_from(left.min(LOOK_EVERY)).ok();
        // Interrupted or not: the loop looks again.
        let _ = poll(&mut watched, time.as_ref());
    }
    Ok(())
}

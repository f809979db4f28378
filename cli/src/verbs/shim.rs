//! `weft shim`: what the kernel starts in place of an agent's program. Not for people.

use weft_runtime::shim::{Stage, run as run_stage};

/// Confine a program and stay as its parent; the kernel starts this.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Which part of the work this process does.
    #[arg(default_value = "outer")]
    stage: Stage,
}

pub(crate) fn run(args: &Args) {
    run_stage(args.stage);
}

//! What can be asked on the command line.

use crate::verbs::{
    agent, capability, chain, completions, demo, fork, init, ipc, kernel, log, logs, ps, replay,
    run, shim, show, trace, tree,
};
use std::path::PathBuf;

const AFTER_HELP: &str = "\
Examples:
  weft init                                  make a node in the default place
  weft tree put /docs/a.md --meta lang=en    store a resource; the gate rules, the chain records
  weft kernel start                          serve the node: from here on agents can run
  weft run hello -- sh -c 'echo hello'       a program as an agent; `weft logs hello` shows what it printed
  weft log                                   what was asked, and what the gate said
  weft chain verify                          check every record

Exit codes: 0 done, 1 error, 2 usage, 3 not found, 4 denied, 5 deferred, 6 integrity failure,
7 kernel not reachable, 8 timed out, 9 limit exceeded, 10 outcome unknown, 130 interrupted.";

/// The whole command line.
#[derive(Debug, clap::Parser)]
#[command(name = "weft", bin_name = "weft", version, about, after_help = AFTER_HELP, max_term_width = 100)]
#[command(arg_required_else_help = true, subcommand_required = true, infer_long_args = false)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

/// What every verb takes.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// The node's data directory [default: $WEFT_HOME, else $XDG_DATA_HOME/weft, else
    /// ~/.local/share/weft].
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// How to print: for people, or JSON for machines.
    #[arg(short, long, global = true, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
    pub(crate) output: Format,
    /// Never ask anything; fail instead. No verb of this version asks.
    #[arg(long, global = true)]
    pub(crate) no_input: bool,
    /// Print data and errors, but no remarks and no progress.
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
}

/// How data is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// For machines: one JSON document, or one per line for streams.
    Json,
}

/// What can be asked for.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Verb {
    Init(init::Args),
    Demo(demo::Args),
    Kernel(kernel::Args),
    Run(run::Args),
    Ps(ps::Args),
    Agent(agent::Args),
    Logs(logs::Args),
    Ipc(ipc::Args),
    Tree(tree::Args),
    #[command(visible_alias = "cap")]
    Capability(capability::Args),
    Log(log::Args),
    #[command(hide = true)]
    Shim(shim::Args),
    Show(show::Args),
    Replay(replay::Args),
    Fork(fork::Args),
    Trace(trace::Args),
    Chain(chain::Args),
    Completions(completions::Args),
    /// Print the version of the program, the format and the meaning.
    #[command(after_help = "Examples:\n  weft version\n  weft version -o json")]
    Version,
}

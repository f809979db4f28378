//! From the arguments to the exit code.

use crate::args::{Cli, Verb};
use crate::error::Error;
use crate::exit::Exit;
use crate::render::{Out, fail};
use crate::verbs::{
    agent, capability, chain, completions, demo, init, log, ps, show, tree, version,
};
use clap::Parser;
use std::process::ExitCode;

/// Runs the command line of this process. Never panics on input and never ends the process itself.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(answer) => return answered_by_clap(&answer),
    };
    let out = Out::new(&cli.global);
    match dispatch(&cli) {
        Ok(()) => Exit::Done.into(),
        // Who reads the output has seen enough: `weft log | head -1`.
        Err(Error::PipeClosed) => Exit::Done.into(),
        Err(error) => {
            fail(&out, &error);
            Exit::of(&error).into()
        }
    }
}

/// Help and version on stdout with success; anything else on stderr as a usage error.
fn answered_by_clap(answer: &clap::Error) -> ExitCode {
    // A reader who closed the pipe does not want the help any more.
    drop(answer.print());
    if answer.use_stderr() { Exit::Usage.into() } else { Exit::Done.into() }
}

fn dispatch(cli: &Cli) -> Result<(), Error> {
    let global = &cli.global;
    match &cli.verb {
        Verb::Init(args) => init::run(args, global),
        Verb::Demo(args) => demo::run(args, global),
        Verb::Tree(args) => tree::run(args, global),
        Verb::Capability(args) => capability::run(args, global),
        Verb::Log(args) => log::run(args, global),
        Verb::Show(args) => show::run(args, global),
        Verb::Ps(args) => ps::run(args, global),
        Verb::Agent(args) => agent::run(args, global),
        Verb::Chain(args) => chain::run(args, global),
        Verb::Completions(args) => completions::run(args, global),
        Verb::Version => version::run(global),
    }
}

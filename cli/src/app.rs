//! From the arguments to the exit code.

use crate::args::{Cli, Format, Global, Verb};
use crate::error::Error;
use crate::exit::Exit;
use crate::render::{Out, fail};
use crate::verbs::{
    agent, capability, chain, completions, demo, fork, init, ipc, kernel, log, logs, ps, replay,
    run as spawn, shim, show, trace, tree, version,
};
use clap::Parser;
use clap::error::ErrorKind;
use std::env;
use std::ffi::OsString;
use std::process::ExitCode;

/// The option for JSON, where it is one argument.
const ASKING_FOR_JSON: [&str; 3] = ["-ojson", "-o=json", "--output=json"];

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
    if answer.use_stderr() && wants_json(env::args_os()) {
        let machine = Global { data_dir: None, output: Format::Json, no_input: true, quiet: true };
        fail(&Out::new(&machine), &Error::Usage(message(answer)));
        return Exit::Usage.into();
    }
    // A reader who closed the pipe does not want the help any more.
    drop(answer.print());
    if answer.use_stderr() { Exit::Usage.into() } else { Exit::Done.into() }
}

/// Whether arguments that cannot be parsed ask for JSON all the same.
fn wants_json(arguments: impl Iterator<Item = OsString>) -> bool {
    let mut is_format = false;
    for argument in arguments.take_while(|argument| argument != "--") {
        if (is_format && argument == "json")
            || ASKING_FOR_JSON.iter().any(|whole| argument == *whole)
        {
            return true;
        }
        is_format = argument == "-o" || argument == "--output";
    }
    false
}

/// What clap says, on one line and without its usage.
fn message(answer: &clap::Error) -> String {
    if answer.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return "a verb is missing".to_owned();
    }
    let text = answer.to_string();
    let said = text.split("\n\n").next().unwrap_or(&text);
    let lines: Vec<&str> = said.lines().map(str::trim).collect();
    let line = lines.join(" ");
    line.strip_prefix("error: ").unwrap_or(&line).to_owned()
}

fn dispatch(cli: &Cli) -> Result<(), Error> {
    let global = &cli.global;
    match &cli.verb {
        Verb::Init(args) => init::run(args, global),
        Verb::Demo(args) => demo::run(args, global),
        Verb::Kernel(args) => kernel::run(args, global),
        Verb::Run(args) => spawn::run(args, global),
        Verb::Ps(args) => ps::run(args, global),
        Verb::Agent(args) => agent::run(args, global),
        Verb::Logs(args) => logs::run(args, global),
        Verb::Ipc(args) => ipc::run(args, global),
        Verb::Tree(args) => tree::run(args, global),
        Verb::Capability(args) => capability::run(args, global),
        Verb::Log(args) => log::run(args, global),
        Verb::Shim(args) => {
            shim::run(args);
            Ok(())
        }
        Verb::Show(args) => show::run(args, global),
        Verb::Replay(args) => replay::run(args, global),
        Verb::Fork(args) => fork::run(args, global),
        Verb::Trace(args) => trace::run(args, global),
        Verb::Chain(args) => chain::run(args, global),
        Verb::Completions(args) => completions::run(args, global),
        Verb::Version => version::run(global),
    }
}

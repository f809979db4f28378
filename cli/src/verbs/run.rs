//! `weft run`: a program as an agent.

use crate::args::Global;
use crate::asked::Asked;
use crate::error::Error;
use crate::local_path;
use crate::mutation::{Mutation, perform_by_kernel};
use crate::reach::kernel_to_change;
use crate::render::Out;
use std::collections::BTreeMap;
use std::path::PathBuf;
use weft_commands::requests::process::{GrantRequest, Spawn};
use weft_commands::{Command, Program};
use weft_projections::events::{Backend, Restart};
use weft_projections::{Name, Scope};

/// Run a program as an agent: confined, with the rights it is given, and kept running as it was asked for.
///
/// The kernel starts it, so one has to run. The program sees the system's programs and libraries, the files
/// it may read or write, the kernel's socket, and nothing else of the machine. It finds WEFT_SOCKET, WEFT_TOKEN
/// and WEFT_PID in its environment, with which `weft ipc` and every other verb act as this agent.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weft run hello -- sh -c 'echo hello; weft ipc recv --ack'
  weft run reader --can send:analyst --can read:./docs -- python3 reader.py
  weft run analyst --can 'publish:survey/#' --restart on-failure -- ./analyst --fast
  weft run reader --can spawn:* --dry-run -- true

ACTION:OBJECT as in `weft capability grant`; relative files in read: and write: begin here.")]
pub(crate) struct Args {
    /// What it is called, unique among live processes.
    #[arg(value_name = "NAME")]
    name: Name,
    /// A right it gets; may be given up to 64 times. You have to hold it yourself.
    #[arg(long, value_name = "ACTION:OBJECT", value_parser = parse_right)]
    can: Vec<Scope>,
    /// Whether it is started again.
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = When::Never)]
    restart: When,
    /// A variable of its environment; may be given more than once. Everybody who may read the log sees it.
    #[arg(long, value_name = "KEY=VALUE", value_parser = parse_variable)]
    env: Vec<(String, String)>,
    /// The folder it starts in; it has to be one that it sees.
    #[arg(long, value_name = "DIR")]
    cwd: Option<PathBuf>,
    #[command(flatten)]
    mutation: Mutation,
    /// The program and its arguments.
    #[arg(value_name = "CMD", last = true, required = true)]
    command: Vec<String>,
}

/// When a process is started again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum When {
    /// It runs once.
    Never,
    /// It is started again after a run that failed.
    OnFailure,
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    let program = program(args)?;
    let right =
        |scope: &Scope| GrantRequest { scope: scope.clone(), delegable: false, expires: None };
    let spawn = Spawn {
        name: args.name.clone(),
        restart: match args.restart {
            When::Never => Restart::Never,
            When::OnFailure => Restart::OnFailure,
        },
        can: args.can.iter().map(right).collect(),
        backend: Backend::Native,
    };
    let asked = Asked::from(Command::Spawn(spawn)).with_program(program);
    perform_by_kernel(&mut kernel_to_change(global)?, &args.mutation, global, &asked)?;
    if !args.mutation.dry_run {
        let name = &args.name;
        Out::new(global).remark(&format!(
            "`weft logs {name} --follow` shows what it prints, `weft log {name}` what the kernel records of it"
        ));
    }
    Ok(())
}

fn program(args: &Args) -> Result<Program, Error> {
    let mut argv = args.command.clone();
    if let Some(first) = argv.first_mut() {
        *first = local_path::program(first)?;
    }
    let mut env = BTreeMap::new();
    for (key, value) in &args.env {
        if env.insert(key.clone(), value.clone()).is_some() {
            return Err(Error::Usage(format!("variable {key} is given twice")));
        }
    }
    let cwd = args.cwd.as_deref().map(local_path::real).transpose()?;
    let program = Program { argv, env, cwd };
    program.encode().map_err(|error| Error::Usage(error.to_string()))?;
    Ok(program)
}

/// A right; a relative file in it becomes an absolute one.
fn parse_right(text: &str) -> Result<Scope, String> {
    let settled = match text.split_once(':') {
        Some((action @ ("read" | "write"), path)) if path != "*" => {
            let path = local_path::granted(path).map_err(|error| error.to_string())?;
            format!("{action}:{path}")
        }
        Some(_) | None => text.to_owned(),
    };
    settled.parse().map_err(|error| format!("{error}"))
}

fn parse_variable(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("expected KEY=VALUE")?;
    if key.is_empty() {
        return Err("a variable needs a name".to_owned());
    }
    Ok((key.to_owned(), value.to_owned()))
}

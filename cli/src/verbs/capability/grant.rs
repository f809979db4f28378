//! `weft capability grant`: hand a right on.

use crate::args::Global;
use crate::asked::NamedGrant;
use crate::error::Error;
use crate::host::now_ms;
use crate::mutation::{Mutation, perform};
use crate::when::Moment;
use std::str::FromStr;
use weft_commands::Command;
use weft_commands::requests::capability::Grant;
use weft_projections::{Actor, Name, Pid, Scope, Time};

/// Grant a right to a process or an operator. Prints the grant's id, which revoke takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weft capability grant reader --can send:analyst
  weft capability grant 3 --can 'publish:survey/#' --expires +1h
  weft capability grant process:3 --can put:/apps/demo --delegable --dry-run

ACTION:OBJECT is one of spawn:NAME, stop:NAME|PID, send:NAME|PID, subscribe:FILTER, publish:FILTER,
put:PATH, remove:PATH (and everything below), read:FILE, write:FILE (and everything below), observe:*,
link:*, operate:*; the object may be *, and *:* is all.")]
pub(crate) struct Args {
    /// Who gets it: a process by name or PID, or process:3, operator:1.
    #[arg(value_name = "HOLDER")]
    holder: Holder,
    /// The right.
    #[arg(long, value_name = "ACTION:OBJECT")]
    can: Scope,
    /// The holder may hand it on.
    #[arg(long)]
    delegable: bool,
    /// When it ends: a time, or how long from now (+90s, +10m, +1h, +7d).
    #[arg(long, value_name = "TIME", value_parser = Moment::parse_expiry)]
    expires: Option<Moment>,
    #[command(flatten)]
    mutation: Mutation,
}

/// Who is to hold a right, as it is named on the command line.
#[derive(Clone, Debug)]
enum Holder {
    Actor(Actor),
    Name(Name),
}

impl FromStr for Holder {
    type Err = String;

    fn from_str(text: &str) -> Result<Holder, String> {
        if let Ok(pid) = text.parse::<Pid>() {
            return Ok(Holder::Actor(Actor::Process(pid)));
        }
        if let Ok(actor) = text.parse::<Actor>() {
            return Ok(Holder::Actor(actor));
        }
        let name = text.parse().map(Holder::Name);
        name.map_err(|error| {
            format!("{error}; expected a process's name or PID, or process:3, operator:1")
        })
    }
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    let (scope, delegable) = (args.can.clone(), args.delegable);
    let expires = args.expires.map(|expires| Time::from_unix_ms(expires.after(now_ms())));
    let asked = match &args.holder {
        Holder::Actor(holder) => {
            let holder = *holder;
            Command::Grant(Grant { holder, scope, delegable, expires }).into()
        }
        Holder::Name(holder) => {
            let holder = holder.clone();
            NamedGrant { holder, scope, delegable, expires }.into()
        }
    };
    perform(&args.mutation, global, asked)
}

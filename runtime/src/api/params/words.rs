//! Words of closed sets, and texts with a meaning that no type outside has.

use crate::api::json::time::parse_moment;
use crate::api::queries::Ruled;
use std::str::FromStr;
use weft_projections::events::{Outcome, Restart};
use weft_projections::{Actor, Kind, Name, Pid, Time};

/// A moment of RFC 3339.
#[derive(Debug, Clone, Copy)]
pub(in crate::api) struct Moment(pub(in crate::api) Time);

impl FromStr for Moment {
    type Err = String;

    fn from_str(text: &str) -> Result<Moment, String> {
        parse_moment(text).map(Time::from_unix_ms).map(Moment)
    }
}

/// When a process is started again.
#[derive(Debug, Clone, Copy)]
pub(in crate::api) struct RestartWord(pub(in crate::api) Restart);

impl FromStr for RestartWord {
    type Err = String;

    fn from_str(text: &str) -> Result<RestartWord, String> {
        match text {
            "never" => Ok(RestartWord(Restart::Never)),
            "on_failure" => Ok(RestartWord(Restart::OnFailure)),
            _ => Err("expected never or on_failure".to_owned()),
        }
    }
}

/// How a run ended, as a record shows it.
#[derive(Debug, Clone, Copy)]
pub(in crate::api) struct OutcomeWord(pub(in crate::api) Outcome);

impl FromStr for OutcomeWord {
    type Err = String;

    fn from_str(text: &str) -> Result<OutcomeWord, String> {
        let unknown = || "expected code:N, signal:N, lost or stopped".to_owned();
        let outcome = match text.split_once(':') {
            None if text == "lost" => Outcome::Lost,
            None if text == "stopped" => Outcome::Stopped,
            Some(("code", code)) => Outcome::Code(code.parse().map_err(|_| unknown())?),
            Some(("signal", number)) => Outcome::Signal(number.parse().map_err(|_| unknown())?),
            None | Some(_) => return Err(unknown()),
        };
        Ok(OutcomeWord(outcome))
    }
}

/// Who is to hold a right: an actor, or a process by its number or the name it goes by now.
#[derive(Debug, Clone)]
pub(in crate::api) enum Holder {
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
        let expected = "expected a process's name or pid, or process:3, operator:1";
        text.parse().map(Holder::Name).map_err(|error| format!("{error}; {expected}"))
    }
}

/// A kind of command by its name.
#[derive(Debug, Clone, Copy)]
pub(in crate::api) struct KindName(pub(in crate::api) Kind);

impl FromStr for KindName {
    type Err = String;

    fn from_str(text: &str) -> Result<KindName, String> {
        Kind::from_name(text).map(KindName).ok_or_else(|| "no such kind".to_owned())
    }
}

/// How a record was ruled.
#[derive(Debug, Clone, Copy)]
pub(in crate::api) struct RuledWord(pub(in crate::api) Ruled);

impl FromStr for RuledWord {
    type Err = String;

    fn from_str(text: &str) -> Result<RuledWord, String> {
        let found = Ruled::ALL.into_iter().find(|ruled| ruled.name() == text);
        let expected = "expected permit, warn, defer, deny or rejected";
        found.map(RuledWord).ok_or_else(|| expected.to_owned())
    }
}

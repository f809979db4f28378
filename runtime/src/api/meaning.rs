//! What a request means, before anybody is asked whether it may be.

use super::dispatch::HELLO;
use super::fault::Fault;
use super::params::{Asked, Query};
use super::wire::{self, Frame};
use weft_commands::Command;
use weft_projections::{Kind, State};

/// A request by what it asks for.
pub(super) enum Meaning {
    /// To read something.
    Query(Result<Query, Fault>),
    /// To do something, or something that nobody knows.
    Command(Result<Asked, Fault>),
}

impl Meaning {
    /// Reads method and parameters; the greeting is not looked for.
    pub(super) fn of(frame: &Frame<'_>, state: &State) -> Meaning {
        if let Some(query) = Query::parse(&frame.method, frame.params()) {
            return Meaning::Query(query);
        }
        let kind = Kind::from_name(&frame.method).filter(|kind| *kind != Kind::UNRECOGNISED);
        Meaning::Command(match kind {
            Some(kind) => Asked::parse(kind, frame.params(), state),
            None => Ok(Asked::unrecognised(&frame.method)),
        })
    }
}

/// What [`understand`] found a line to be.
#[derive(Debug)]
pub enum Understood {
    /// The greeting, whose parameters were not looked at.
    Hello,
    /// A query whose parameters are good.
    Query,
    /// A command whose parameters are good.
    Command(Box<Command>),
}

/// Reads a line as every connection does, without one: for whoever tests what may come over the
/// socket. Nothing is done or recorded.
///
/// # Errors
/// The line that would answer it, newline included.
pub fn understand(line: &[u8], state: &State) -> Result<Understood, Vec<u8>> {
    let answer = |id: Option<&str>, fault: &Fault| {
        let mut out = Vec::new();
        wire::error(&mut out, id, fault);
        out
    };
    let frame = Frame::parse(line).map_err(|fault| answer(None, &fault))?;
    if frame.method == HELLO {
        return Ok(Understood::Hello);
    }
    let understood = match Meaning::of(&frame, state) {
        Meaning::Query(query) => query.map(|_| Understood::Query),
        Meaning::Command(asked) => asked.map(|asked| Understood::Command(Box::new(asked.command))),
    };
    understood.map_err(|fault| answer(Some(frame.id()), &fault))
}

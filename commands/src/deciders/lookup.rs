//! Finding what a command names.

use weft_projections::{Actor, Pid, State, state::Row};

use crate::{Rejection, Target};

/// The row of the process that a command names; a name finds live processes only.
pub(super) fn row<'a>(state: &'a State, target: &Target) -> Result<&'a Row, Rejection> {
    let table = &state.process_table;
    let found = match target {
        Target::Pid(pid) => table.get(*pid),
        Target::Name(name) => table.live_by_name(name),
    };
    found.ok_or_else(|| Rejection::NoSuchProcess { target: target.clone() })
}

/// The acting process.
pub(super) fn acting_process(actor: Actor) -> Result<Pid, Rejection> {
    actor.pid().ok_or(Rejection::NotAProcess { actor })
}

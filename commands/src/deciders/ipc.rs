//! `ipc.*`: into inboxes and out of them.

use weft_projections::{
    Pid, State,
    events::{Event, IpcAcked, IpcSent},
    limits::INBOX_MESSAGES_MAX,
    state::RunState,
};

use crate::{
    Rejection,
    deciders::{dispatch::Case, lookup},
    requests::ipc::{Ack, Send},
};

/// An inbox takes messages from the spawn on, also before the process runs; one that is stopping gets
/// none that it would never read.
pub(super) fn send(case: &Case<'_>, request: &Send) -> Result<Event, Rejection> {
    let row = lookup::row(case.state, &request.to)?;
    let pid = row.pid;
    match row.state {
        RunState::Starting | RunState::Running => has_room(case.state, pid)?,
        state @ (RunState::Stopping | RunState::Exited) => {
            return Err(Rejection::ProcessNotRunning { pid, state });
        }
    }
    Ok(Event::IpcSent(IpcSent { to: pid }))
}

pub(super) fn ack(case: &Case<'_>, request: &Ack) -> Result<Event, Rejection> {
    let pid = lookup::acting_process(case.actor)?;
    let message = request.message;
    if case.state.ipc_routes.message(pid, message).is_none() {
        return Err(Rejection::NoSuchMessage { pid, message });
    }
    Ok(Event::IpcAcked(IpcAcked { pid, message }))
}

/// Whether an inbox takes one more message.
pub(super) fn has_room(state: &State, pid: Pid) -> Result<(), Rejection> {
    if state.ipc_routes.inbox_len(pid).unwrap_or_default() >= INBOX_MESSAGES_MAX {
        return Err(Rejection::InboxFull { pid, messages_max: INBOX_MESSAGES_MAX as u64 });
    }
    Ok(())
}

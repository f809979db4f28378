//! Hands the files out to the analysts.

use crate::demo::agent::Agent;
use crate::demo::leash::Step;
use crate::demo::names::Role;
use crate::demo::{Error, limits, state};
use weft_commands::requests::ipc;
use weft_commands::{Command, Target};

/// Once everybody is there, sends the path of each file to one of the analysts.
///
/// # Errors
/// [`Error::ParentGone`], or what the kernel refuses.
pub(crate) fn reader(agent: &Agent) -> Result<(), Error> {
    let ready =
        agent.wait(|state| state::everybody_is_ready(state).then(|| state::files(state)))?;
    let Some(files) = ready else { return Ok(()) };
    for (index, path) in files.iter().enumerate() {
        agent.shared.leash.take(Step::File)?;
        let room = agent
            .wait(|state| (index < state::reported(state) + limits::IN_FLIGHT_MAX).then_some(()))?;
        if room.is_none() {
            return Ok(());
        }
        let to = Target::Name(Role::analyst_for(index).name());
        let send = Command::Send(ipc::Send { to });
        agent.once(send, path, Some(path.as_bytes().to_vec()), None)?;
    }
    agent.wait(|_| None::<()>)?;
    Ok(())
}

//! Which decider answers which command.

use weft_projections::{Actor, State, events::Event};

use crate::{
    Command, Context, Rejection, Submission,
    deciders::{capability, causal, ipc, kernel, log, payload, process, topic, tree},
};

/// What a decider may look at.
pub(super) struct Case<'a> {
    pub(super) state: &'a State,
    pub(super) ctx: &'a Context,
    pub(super) actor: Actor,
}

/// Decides what follows from a submission that the gate let through.
///
/// It does not ask whether the actor may: that was the gate's to say.
///
/// # Errors
/// The reason why the State does not allow it; then nothing happens.
pub fn decide(
    state: &State,
    ctx: &Context,
    submission: &Submission,
) -> Result<Vec<Event>, Rejection> {
    payload::check(&submission.command, submission.payload, submission.blob_len)?;
    let case = Case { state, ctx, actor: submission.actor };
    let event = match &submission.command {
        Command::Unrecognised(_) => Err(Rejection::Unrecognised),
        Command::Genesis(request) => log::genesis(&case, request),
        Command::Redact(request) => log::redact(&case, request),
        Command::RotateKey(request) => log::rotate_key(&case, request),
        Command::Snapshot(request) => kernel::snapshot(&case, request),
        Command::Boot(request) => kernel::boot(&case, request),
        Command::Shutdown(_) => kernel::shutdown(&case),
        Command::Suppressed(request) => kernel::suppressed(request),
        Command::Spawn(request) => process::spawn(&case, request),
        Command::Started(request) => process::started(&case, request),
        Command::Exited(request) => process::exited(&case, request),
        Command::Stop(request) => process::stop(&case, request),
        Command::Send(request) => ipc::send(&case, request),
        Command::Ack(request) => ipc::ack(&case, request),
        Command::Subscribe(request) => topic::subscribe(&case, request),
        Command::Unsubscribe(request) => topic::unsubscribe(&case, request),
        Command::Publish(request) => topic::publish(&case, request),
        Command::Put(request) => tree::put(&case, request),
        Command::Remove(request) => tree::remove(&case, request),
        Command::Link(request) => causal::link(&case, request),
        Command::Grant(request) => capability::grant(&case, request),
        Command::Revoke(request) => capability::revoke(&case, request),
    };
    Ok(vec![event?])
}

//! `process.*`: who lives, and who no longer does.

use weft_projections::{
    ACTOR_ID_MAX, Generation, Name, Pid,
    events::{
        Event, Next, Outcome, ProcessExited, ProcessSpawned, ProcessStarted, ProcessStopping,
        Restart,
    },
    limits::{PROCESSES_MAX, RESOURCES_MAX, SPAWN_GRANTS_MAX},
    state::{Row, RunState},
};

use crate::{
    Limited, Rejection, Target,
    deciders::{delegation, dispatch::Case, lookup},
    requests::process::{Exited, Spawn, Started, Stop},
};

pub(super) fn spawn(case: &Case<'_>, request: &Spawn) -> Result<Event, Rejection> {
    name_is_free(case, &request.name)?;
    let pid = room(case)?;
    Limited::SpawnGrants.check(request.can.len(), SPAWN_GRANTS_MAX)?;
    let grants = request
        .can
        .iter()
        .map(|right| delegation::derive(case, &right.into()))
        .collect::<Result<_, _>>()?;
    Ok(Event::ProcessSpawned(ProcessSpawned {
        pid,
        name: request.name.clone(),
        parent: case.actor,
        restart: request.restart,
        grants,
    }))
}

pub(super) fn started(case: &Case<'_>, request: &Started) -> Result<Event, Rejection> {
    let Started { pid, generation } = *request;
    let row = run(case, pid, generation)?;
    match row.state {
        RunState::Starting => Ok(Event::ProcessStarted(ProcessStarted { pid, generation })),
        state @ (RunState::Running | RunState::Stopping | RunState::Exited) => {
            Err(Rejection::ProcessNotStarting { pid, state })
        }
    }
}

pub(super) fn exited(case: &Case<'_>, request: &Exited) -> Result<Event, Rejection> {
    let Exited { pid, generation, outcome } = *request;
    let row = run(case, pid, generation)?;
    match row.state {
        RunState::Starting | RunState::Running | RunState::Stopping => {
            let next = next(row, outcome);
            Ok(Event::ProcessExited(ProcessExited { pid, generation, outcome, next }))
        }
        state @ RunState::Exited => Err(Rejection::ProcessNotRunning { pid, state }),
    }
}

pub(super) fn stop(case: &Case<'_>, request: &Stop) -> Result<Event, Rejection> {
    let row = lookup::row(case.state, &request.target)?;
    let pid = row.pid;
    match row.state {
        RunState::Starting | RunState::Running => {
            Ok(Event::ProcessStopping(ProcessStopping { pid }))
        }
        RunState::Stopping => Err(Rejection::AlreadyStopping { pid }),
        state @ RunState::Exited => Err(Rejection::ProcessNotRunning { pid, state }),
    }
}

/// The row of a process, if it is in that run: a late report about an earlier one changes nothing.
fn run<'a>(case: &Case<'a>, pid: Pid, generation: Generation) -> Result<&'a Row, Rejection> {
    let row = lookup::row(case.state, &Target::Pid(pid))?;
    if row.generation != generation {
        let expected = row.generation;
        return Err(Rejection::StaleGeneration { pid, expected, found: generation });
    }
    Ok(row)
}

/// Starts again what failed, unless it was to stop, and unless generations have run out.
fn next(row: &Row, outcome: Outcome) -> Next {
    let failed = match outcome {
        Outcome::Code(code) => code != 0,
        Outcome::Signal(_) | Outcome::Lost => true,
        Outcome::Stopped => false,
    };
    let wanted = match row.restart {
        Restart::OnFailure => failed && row.state != RunState::Stopping,
        Restart::Never => false,
    };
    if wanted && row.generation.next().is_some() { Next::Restarting } else { Next::Exited }
}

fn name_is_free(case: &Case<'_>, name: &Name) -> Result<(), Rejection> {
    match case.state.process_table.live_by_name(name) {
        Some(row) => Err(Rejection::NameTaken { name: name.clone(), pid: row.pid }),
        None => Ok(()),
    }
}

/// The pid of the next process, which takes a row of the table and a resource of the tree.
fn room(case: &Case<'_>) -> Result<Pid, Rejection> {
    Limited::Processes.check(case.state.process_table.live_len() + 1, PROCESSES_MAX)?;
    Limited::Resources.check(case.state.resource_tree.len() + 1, RESOURCES_MAX)?;
    let exhausted = Rejection::Limit { limit: Limited::Pids, max: ACTOR_ID_MAX };
    case.state.process_table.next_pid().ok_or(exhausted)
}

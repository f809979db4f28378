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
        backend: request.backend,
    }))
}

pub(super) fn started(case: &Case<'_>, request: &Started) -> Result<Event, Rejection> {
    let Started { pid, generation, token } = *request;
    let row = run(case, pid, generation)?;
    match row.state {
        RunState::Starting => Ok(Event::ProcessStarted(ProcessStarted { pid, generation, token })),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{
        KERNEL, OPERATOR, Step, Then, World, check, check_in, exited, pid, process, right, send,
        spawn, spawn_native, spawn_with, started, started_with_token, stop, submit,
    };
    use crate::{PayloadInfo, Submission, limits::PROGRAM_BYTES_MAX};
    use weft_projections::{
        Digest, GrantId,
        events::{Backend, Grant},
        token_digest,
    };

    fn running(restart: Restart) -> Vec<Step> {
        vec![(OPERATOR, spawn_with("a", restart, &[])), (KERNEL, started(1, 1))]
    }

    fn stopping(restart: Restart) -> Vec<Step> {
        [running(restart), vec![(OPERATOR, stop("a"))]].concat()
    }

    fn gone() -> Vec<Step> {
        [running(Restart::Never), vec![(KERNEL, exited(1, 1, Outcome::Code(0)))]].concat()
    }

    fn generation(number: u32) -> Generation {
        Generation::new(number).unwrap()
    }

    #[test]
    fn a_spawn_takes_the_next_pid_and_derives_every_right() {
        let given = [(OPERATOR, spawn("a", &[]))];
        let derived = |text, delegable| Grant {
            scope: right(text).scope,
            parent: Some(GrantId::ROOT),
            expires: None,
            delegable,
        };
        let event = ProcessSpawned {
            pid: pid(2),
            name: "b".parse().unwrap(),
            parent: OPERATOR,
            restart: Restart::Never,
            backend: Backend::Embedded,
            grants: vec![derived("send:a", false), derived("spawn:*", true)],
        };
        let when = (OPERATOR, spawn("b", &["send:a", "spawn:* delegable"]));
        check(&given, when, &Then::Event(Event::ProcessSpawned(event)));
    }

    #[test]
    fn a_native_process_brings_its_program_and_an_embedded_one_none() {
        let with = |command, len: Option<u32>| {
            let payload = len.map(|len| PayloadInfo { commit: Digest([9; 32]), len });
            Submission { payload, ..submit(OPERATOR, command) }
        };
        let native = |len| with(spawn_native("a", Restart::Never, &[]), len);
        let embedded = |len| with(spawn("a", &[]), len);
        let decides = |submission: &Submission, then| check_in(&World::new(), submission, &then);
        decides(&native(Some(1)), Then::Happens("process.spawned"));
        decides(&native(Some(PROGRAM_BYTES_MAX)), Then::Happens("process.spawned"));
        decides(
            &native(Some(PROGRAM_BYTES_MAX + 1)),
            Then::Rejected("payload_too_long: payload of 65537 bytes, at most 65536 allowed"),
        );
        let missing = "payload_missing: process.spawn needs a payload";
        decides(&native(None), Then::Rejected(missing));
        decides(&native(Some(0)), Then::Rejected(missing));
        decides(&embedded(None), Then::Happens("process.spawned"));
        decides(
            &embedded(Some(5)),
            Then::Rejected(
                "payload_unexpected: process.spawn takes no payload here, 5 bytes came with it",
            ),
        );
    }

    #[test]
    fn a_run_may_have_a_token() {
        let given = [(OPERATOR, spawn("a", &[]))];
        let token = Some(token_digest(&[7; 32]));
        let event = ProcessStarted { pid: pid(1), generation: generation(1), token };
        let then = Then::Event(Event::ProcessStarted(event));
        check(&given, (KERNEL, started_with_token(1, 1, 7)), &then);
    }

    #[test]
    fn a_name_is_taken_while_its_process_lives() {
        let taken = Then::Rejected("name_taken: name a is taken by process 1");
        check(&[(OPERATOR, spawn("a", &[]))], (OPERATOR, spawn("a", &[])), &taken);
        check(&stopping(Restart::Never), (OPERATOR, spawn("a", &[])), &taken);
        check(&gone(), (OPERATOR, spawn("a", &[])), &Then::Happens("process.spawned"));
    }

    #[test]
    fn a_spawn_hands_on_at_most_64_rights() {
        check(&[], (OPERATOR, spawn("a", &["send:b"; 64])), &Then::Happens("process.spawned"));
        let rejected = Then::Rejected("limit: limit of grants in a spawn reached: 64");
        check(&[], (OPERATOR, spawn("a", &["send:b"; 65])), &rejected);
    }

    #[test]
    fn there_are_65536_live_processes() {
        let mut world = World::new();
        for number in 1..PROCESSES_MAX {
            world.accept(&(OPERATOR, spawn(&format!("p{number}"), &[])));
        }
        let one_more = submit(OPERATOR, spawn("last", &[]));
        check_in(&world, &one_more, &Then::Happens("process.spawned"));
        world.run(&one_more);
        let rejected = Then::Rejected("limit: limit of live processes reached: 65536");
        let too_many = submit(OPERATOR, spawn("x", &[]));
        check_in(&world, &too_many, &rejected);
        world.accept(&(KERNEL, exited(1, 1, Outcome::Code(0))));
        check_in(&world, &too_many, &Then::Happens("process.spawned"));
    }

    #[test]
    fn pids_run_out_after_the_largest() {
        let mut world = World::new();
        let spawned = |number, name: &str| {
            Event::ProcessSpawned(ProcessSpawned {
                pid: pid(number),
                name: name.parse().unwrap(),
                parent: OPERATOR,
                restart: Restart::Never,
                grants: Vec::new(),
                backend: Backend::Embedded,
            })
        };
        world.fold(spawned(ACTOR_ID_MAX - 1, "a"));
        let last = Then::Event(spawned(ACTOR_ID_MAX, "b"));
        check_in(&world, &submit(OPERATOR, spawn("b", &[])), &last);
        world.accept(&(OPERATOR, spawn("b", &[])));
        let rejected = Then::Rejected("limit: limit of pids reached: 72057594037927935");
        check_in(&world, &submit(OPERATOR, spawn("c", &[])), &rejected);
        world.accept(&(KERNEL, exited(ACTOR_ID_MAX, 1, Outcome::Code(0))));
        check_in(&world, &submit(OPERATOR, spawn("c", &[])), &rejected);
    }

    #[test]
    fn a_start_is_reported_once_and_of_the_present_run() {
        let given = [(OPERATOR, spawn("a", &[]))];
        check(&given, (KERNEL, started(1, 1)), &Then::Happens("process.started"));
        let stale = Then::Rejected("stale_generation: process 1 is at generation 1, not 2");
        check(&given, (KERNEL, started(1, 2)), &stale);
        let unknown = Then::Rejected("no_such_process: no process 2");
        check(&given, (KERNEL, started(2, 1)), &unknown);
        let not_starting =
            |state| format!("process_not_starting: process 1 is {state}, not starting");
        let rejected = |given: &[Step], state| {
            check(given, (KERNEL, started(1, 1)), &Then::Rejected(&not_starting(state)));
        };
        rejected(&running(Restart::Never), "running");
        rejected(&stopping(Restart::Never), "stopping");
        rejected(&gone(), "exited");
    }

    #[test]
    fn only_what_failed_unasked_starts_again() {
        let ends = |given: &[Step], outcome, next| {
            let event = ProcessExited { pid: pid(1), generation: generation(1), outcome, next };
            let then = Then::Event(Event::ProcessExited(event));
            check(given, (KERNEL, exited(1, 1, outcome)), &then);
        };
        for outcome in [Outcome::Code(1), Outcome::Signal(9), Outcome::Lost] {
            ends(&running(Restart::OnFailure), outcome, Next::Restarting);
            ends(&running(Restart::Never), outcome, Next::Exited);
            ends(&stopping(Restart::OnFailure), outcome, Next::Exited);
        }
        for outcome in [Outcome::Code(0), Outcome::Stopped] {
            ends(&running(Restart::OnFailure), outcome, Next::Exited);
        }
        ends(
            &[(OPERATOR, spawn_with("a", Restart::OnFailure, &[]))],
            Outcome::Lost,
            Next::Restarting,
        );
    }

    #[test]
    fn the_end_of_an_earlier_run_is_stale() {
        let lost = (KERNEL, exited(1, 1, Outcome::Lost));
        let given = [running(Restart::OnFailure), vec![lost.clone()]].concat();
        check(
            &given,
            lost,
            &Then::Rejected("stale_generation: process 1 is at generation 2, not 1"),
        );
        let again = Then::Rejected("process_not_running: process 1 is exited");
        check(&gone(), (KERNEL, exited(1, 1, Outcome::Lost)), &again);
    }

    #[test]
    fn a_process_is_asked_to_stop_once() {
        let happens = Then::Happens("process.stopping");
        check(&[(OPERATOR, spawn("a", &[]))], (OPERATOR, stop("1")), &happens);
        check(&running(Restart::Never), (OPERATOR, stop("a")), &happens);
        let already = Then::Rejected("already_stopping: process 1 is already stopping");
        check(&stopping(Restart::Never), (OPERATOR, stop("a")), &already);
        let over = Then::Rejected("process_not_running: process 1 is exited");
        check(&gone(), (OPERATOR, stop("1")), &over);
        check(&gone(), (OPERATOR, stop("a")), &Then::Rejected("no_such_process: no process a"));
    }

    #[test]
    fn a_process_that_is_gone_has_no_rights() {
        let spawned = vec![(OPERATOR, spawn("a", &["send:*"])), (OPERATOR, spawn("b", &[]))];
        let sends = (process(1), send("b"));
        check(&spawned, sends.clone(), &Then::Happens("ipc.sent"));
        let given = [spawned, vec![(KERNEL, exited(1, 1, Outcome::Code(0)))]].concat();
        check(&given, sends, &Then::Ruled("deny: process 1 is not live; holds no grant of send:b"));
    }
}

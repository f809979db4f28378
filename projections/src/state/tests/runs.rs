//! One run after another: what State keeps of them, and how long it waits.

use crate::events::{
    Backend, Next, Outcome, ProcessExited, ProcessSpawned, ProcessStarted, ProcessStopping, Restart,
};
use crate::limits::{BACKOFF_MS_MAX, BACKOFF_MS_MIN, RUN_STEADY_MS};
use crate::state::{Row, RunState, Work};
use crate::testing::{Story, name, operator, pid_of};
use crate::{Actor, Digest, Event, token_digest};

/// What happens to process 1.
#[derive(Clone, Copy)]
enum Step {
    Starts,
    Stops,
    Waits(u64),
    Ends(Outcome),
}

use Step::{Ends, Starts, Stops, Waits};

/// Given a process that is started again, when this happens, then its row is as expected.
fn check(when: &[Step], then: impl Fn(&Row, Option<Work>)) {
    let mut story = Story::begin();
    story.add_with_payload(operator(), spawned(Backend::Native), 9);
    for step in when {
        take(&mut story, *step);
    }
    let row = story.state.process_table.get(pid_of(1)).unwrap();
    then(row, story.state.pending_work().next());
}

fn take(story: &mut Story, step: Step) {
    let pid = pid_of(1);
    let generation = story.state.process_table.get(pid).unwrap().generation;
    let event = match step {
        Waits(ms) => return story.wait_ms(ms),
        Starts => Event::ProcessStarted(ProcessStarted { pid, generation, token: Some(token()) }),
        Stops => Event::ProcessStopping(ProcessStopping { pid }),
        Ends(outcome) => {
            let next = Next::Restarting;
            Event::ProcessExited(ProcessExited { pid, generation, outcome, next })
        }
    };
    story.add(Actor::Kernel, event);
}

fn spawned(backend: Backend) -> Event {
    Event::ProcessSpawned(ProcessSpawned {
        pid: pid_of(1),
        name: name("a"),
        parent: operator(),
        restart: Restart::OnFailure,
        grants: vec![],
        backend,
    })
}

fn token() -> Digest {
    token_digest(&[7; 32])
}

fn fails(count: usize) -> Vec<Step> {
    [Starts, Ends(Outcome::Code(1))].repeat(count)
}

#[test]
fn the_program_of_a_native_process_is_kept_and_of_no_other() {
    check(&[], |row, _| {
        assert_eq!(
            (row.backend, row.program.map(|program| program.len)),
            (Backend::Native, Some(9))
        );
    });
    let mut story = Story::begin();
    story.add_with_payload(operator(), spawned(Backend::Embedded), 9);
    let row = story.state.process_table.get(pid_of(1)).unwrap();
    assert_eq!((row.backend, row.program), (Backend::Embedded, None));
}

#[test]
fn a_token_is_known_while_its_run_lasts() {
    let token_is = |when: &[Step], expected: Option<Digest>| {
        check(when, |row, _| assert_eq!(row.token, expected));
    };
    token_is(&[], None);
    token_is(&[Starts], Some(token()));
    token_is(&[Starts, Stops], Some(token()));
    token_is(&[Starts, Ends(Outcome::Code(1))], None);
    token_is(&[Starts, Ends(Outcome::Lost)], None);
    token_is(&[Stops, Starts], None);
}

#[test]
fn failures_in_a_row_are_counted() {
    let counted = |when: &[Step], expected: u32| {
        check(when, |row, _| assert_eq!(row.failures, expected));
    };
    counted(&[], 0);
    counted(&fails(3), 3);
    counted(&[Starts, Ends(Outcome::Signal(9))], 1);
    counted(&[Ends(Outcome::Code(127))], 1);
    let then = |outcome| [fails(2), vec![Starts, Ends(outcome)]].concat();
    counted(&then(Outcome::Lost), 2);
    counted(&then(Outcome::Code(0)), 0);
    counted(&then(Outcome::Stopped), 0);
}

#[test]
fn a_steady_run_makes_failures_forgotten() {
    let counted = |ran_ms: u64, outcome, expected: u32| {
        let when = [fails(2), vec![Starts, Waits(ran_ms), Ends(outcome)]].concat();
        check(&when, |row, _| assert_eq!(row.failures, expected));
    };
    counted(RUN_STEADY_MS - 1, Outcome::Code(1), 3);
    counted(RUN_STEADY_MS, Outcome::Code(1), 0);
    counted(RUN_STEADY_MS, Outcome::Lost, 0);
    let waited = [fails(2), vec![Waits(RUN_STEADY_MS), Ends(Outcome::Code(1))]].concat();
    check(&waited, |row, _| assert_eq!(row.failures, 3, "waiting is not running"));
}

#[test]
fn a_process_that_keeps_failing_waits_longer_and_longer() {
    let waits = |when: &[Step], expected_ms: u64| {
        check(when, |row, work| {
            assert_eq!(row.state, RunState::Starting);
            let Some(Work::Start { not_before, .. }) = work else { panic!("{work:?}") };
            assert_eq!(not_before.unix_ms() - row.changed_at.unix_ms(), expected_ms);
            assert!(expected_ms > 0 || not_before <= row.changed_at);
        });
    };
    waits(&[], 0);
    waits(&[Starts, Ends(Outcome::Lost)], 0);
    waits(&fails(1), BACKOFF_MS_MIN);
    waits(&fails(2), 2 * BACKOFF_MS_MIN);
    waits(&fails(9), 25_600);
    waits(&fails(10), BACKOFF_MS_MAX);
    waits(&fails(40), BACKOFF_MS_MAX);
    waits(&[fails(2), vec![Starts, Ends(Outcome::Lost)]].concat(), 2 * BACKOFF_MS_MIN);
}

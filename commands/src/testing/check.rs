//! Given, when, then.

use weft_projections::{events::Event, evolve};

use super::{Step, World, assert_shown, make, world::record};
use crate::{Submission, decode_decision, encode_decision, rule};

/// What is expected of a ruling.
pub(crate) enum Then<'a> {
    /// The command takes effect, with this event.
    Event(Event),
    /// The command takes effect, with an event of this name.
    Happens(&'a str),
    /// The gate does not let it through: the verdict and every finding, "deny: holds no grant of send:a".
    Ruled(&'a str),
    /// The decider refuses: code and message, "not_found: no resource /a".
    Rejected(&'a str),
}

/// Given a world after these commands, when one asks for this, then that.
#[track_caller]
pub(crate) fn check(given: &[Step], (actor, command): Step, then: &Then<'_>) {
    check_in(&World::after(given), &make::submit(actor, command), then);
}

/// The same in any world and for any submission.
#[track_caller]
pub(crate) fn check_in(world: &World, submission: &Submission, then: &Then<'_>) {
    let ruling = rule(&world.state, &world.told(submission), submission);
    let findings: Vec<String> = ruling.decision.findings.iter().map(ToString::to_string).collect();
    let found = format!("{}: {}", ruling.decision.verdict, findings.join("; "));
    match (then, &ruling.rejection, ruling.events.as_slice()) {
        (Then::Event(expected), None, [event]) => assert_eq!(event, expected),
        (Then::Happens(name), None, [event]) => assert_eq!(event.name(), *name),
        (Then::Ruled(expected), None, []) => assert_eq!(found, *expected),
        (Then::Rejected(expected), Some(rejection), []) => {
            assert_eq!(format!("{}: {rejection}", rejection.code()), *expected);
        }
        (_, rejection, events) => {
            panic!(
                "{:?} by {}: {found}, {rejection:?}, {events:?}",
                submission.command, submission.actor
            );
        }
    }
    let stored =
        decode_decision(&encode_decision(&ruling.decision, ruling.rejection.as_ref())).unwrap();
    assert_eq!(stored.decision, ruling.decision);
    let mut state = world.state.clone();
    evolve(&mut state, &record(&world.ctx, submission, &ruling));
    ruling.events.iter().for_each(|event| assert_shown(&state, &world.ctx, event));
}

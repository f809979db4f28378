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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        PayloadInfo,
        testing::{
            KERNEL, OPERATOR, Then, World, ack, check, check_in, exited, pid, process, send, spawn,
            started, stop, submit,
        },
    };
    use weft_projections::{Digest, Seq, events::Outcome};

    #[test]
    fn a_message_reaches_a_process_from_its_spawn_until_it_stops() {
        let spawned = vec![(OPERATOR, spawn("a", &[]))];
        let running = [spawned.clone(), vec![(KERNEL, started(1, 1))]].concat();
        let stopping = [running.clone(), vec![(OPERATOR, stop("a"))]].concat();
        let gone = [running.clone(), vec![(KERNEL, exited(1, 1, Outcome::Code(0)))]].concat();
        let sent = Then::Event(Event::IpcSent(IpcSent { to: pid(1) }));
        check(&spawned, (OPERATOR, send("a")), &sent);
        check(&running, (OPERATOR, send("1")), &sent);
        let rejected = Then::Rejected("process_not_running: process 1 is stopping");
        check(&stopping, (OPERATOR, send("a")), &rejected);
        let rejected = Then::Rejected("process_not_running: process 1 is exited");
        check(&gone, (OPERATOR, send("1")), &rejected);
        check(&gone, (OPERATOR, send("a")), &Then::Rejected("no_such_process: no process a"));
        check(&gone, (OPERATOR, send("7")), &Then::Rejected("no_such_process: no process 7"));
    }

    #[test]
    fn a_message_has_a_body_of_1_byte_to_16_kib() {
        let world = World::after(&[(OPERATOR, spawn("a", &[]))]);
        let with = |len: Option<u32>, then: &Then<'_>| {
            let payload = len.map(|len| PayloadInfo { commit: Digest([9; 32]), len });
            check_in(&world, &crate::Submission { payload, ..submit(OPERATOR, send("a")) }, then);
        };
        with(Some(1), &Then::Happens("ipc.sent"));
        with(Some(16 * 1024), &Then::Happens("ipc.sent"));
        with(None, &Then::Rejected("payload_missing: ipc.send needs a payload"));
        with(Some(0), &Then::Rejected("payload_missing: ipc.send needs a payload"));
        let long = "payload_too_long: payload of 16385 bytes, at most 16384 allowed";
        with(Some(16 * 1024 + 1), &Then::Rejected(long));
    }

    #[test]
    fn a_longer_body_is_a_blob_of_at_most_11_mib() {
        let world = World::after(&[(OPERATOR, spawn("a", &[]))]);
        let with = |command: crate::Command, payload, blob_len, then: &Then<'_>| {
            let submission = crate::Submission { payload, blob_len, ..submit(OPERATOR, command) };
            check_in(&world, &submission, then);
        };
        with(send("a"), None, Some(16 * 1024 + 1), &Then::Happens("ipc.sent"));
        with(send("a"), None, Some(11 << 20), &Then::Happens("ipc.sent"));
        let missing = Then::Rejected("payload_missing: ipc.send needs a payload");
        with(send("a"), None, Some(0), &missing);
        let long = "payload_too_long: payload of 11534337 bytes, at most 11534336 allowed";
        with(send("a"), None, Some((11 << 20) + 1), &Then::Rejected(long));
        let both = "payload_unexpected: ipc.send takes no payload here, 70000 bytes came with it";
        let payload = Some(PayloadInfo { commit: Digest([9; 32]), len: 5 });
        with(send("a"), payload, Some(70_000), &Then::Rejected(both));
        let other =
            "payload_unexpected: process.stop takes no payload here, 70000 bytes came with it";
        with(stop("a"), None, Some(70_000), &Then::Rejected(other));
    }

    #[test]
    fn an_inbox_holds_1024_messages() {
        let mut world = World::after(&[(OPERATOR, spawn("a", &[]))]);
        for _ in 0..INBOX_MESSAGES_MAX {
            world.accept(&(OPERATOR, send("a")));
        }
        let full = Then::Rejected("inbox_full: inbox of process 1 is full: 1024 messages");
        check_in(&world, &submit(OPERATOR, send("a")), &full);
        world.accept(&(process(1), ack(2)));
        check_in(&world, &submit(OPERATOR, send("a")), &Then::Happens("ipc.sent"));
    }

    #[test]
    fn a_process_acknowledges_once_and_only_its_own() {
        let given =
            vec![(OPERATOR, spawn("a", &[])), (OPERATOR, spawn("b", &[])), (OPERATOR, send("a"))];
        let acked = IpcAcked { pid: pid(1), message: Seq(3) };
        check(&given, (process(1), ack(3)), &Then::Event(Event::IpcAcked(acked)));
        let other = Then::Rejected("no_such_message: no message 3 in the inbox of process 2");
        check(&given, (process(2), ack(3)), &other);
        let again = [given.clone(), vec![(process(1), ack(3))]].concat();
        let rejected = Then::Rejected("no_such_message: no message 3 in the inbox of process 1");
        check(&again, (process(1), ack(3)), &rejected);
        check(&given, (OPERATOR, ack(3)), &Then::Ruled("deny: only a process has an inbox"));
    }
}

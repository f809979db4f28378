//! Messages on the command line.

use super::daemon::{Agent, Daemon};
use super::node::{Node, Ran};
use serde_json::{Value, json};
use std::io::Write;
use std::process::Stdio;

fn with_stdin(agent: &Agent<'_>, arguments: &[&str], stdin: &[u8]) -> Ran {
    let mut command = agent.command(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // What is too long is not read to its end.
    drop(child.stdin.take().unwrap().write_all(stdin));
    Ran::from(child.wait_with_output().unwrap())
}

#[test]
fn a_message_comes_again_until_it_is_acknowledged() {
    let daemon = Daemon::start();
    let (reader, analyst) =
        (daemon.agent("reader", &["send:analyst"]), daemon.agent("analyst", &[]));
    reader.done(["ipc", "send", "analyst", "count docs/a.md"]);
    assert_eq!(analyst.done(["ipc", "recv"]), "count docs/a.md\n");
    let message: Value =
        serde_json::from_str(&analyst.done(["ipc", "recv", "-o", "json"])).unwrap();
    assert_eq!(
        (&message["from"], &message["body"]),
        (&json!("process:1"), &json!("count docs/a.md"))
    );
    let number = message["message"].to_string();
    assert!(analyst.done(["ipc", "ack", &number]).contains("permit"));
    analyst.weft(["ipc", "recv", "--timeout", "0"]).fails(8, &["no message came within 0 s"]);
    analyst.weft(["ipc", "recv", "--timeout", "0.2", "-o", "json"]).fails(8, &["timed_out"]);
    analyst.weft(["ipc", "ack", &number]).fails(3, &["ipc.ack rejected"]);
    let both = ["ipc", "ack", "1", "2", "--id", "0190f3c0-0000-7000-8000-000000000001"];
    analyst.weft(both).fails(2, &["one message"]);
}

#[test]
fn bodies_come_from_stdin_and_arrive_as_they_were() {
    let daemon = Daemon::start();
    let agent = daemon.agent("own", &["send:own"]);
    for (stdin, given) in [(&b"two\nlines"[..], &[][..]), (b"\xff\x00\xfe", &["-"])] {
        let send: Vec<&str> = ["ipc", "send", "own"].iter().chain(given).copied().collect();
        assert_eq!(with_stdin(&agent, &send, stdin).code, 0);
        let raw = agent.command(["ipc", "recv", "--ack"]).output().unwrap().stdout;
        assert_eq!(raw, [stdin, b"\n"].concat());
    }
    agent.done(["ipc", "send", "own", "-1"]);
    assert_eq!(agent.done(["ipc", "recv", "--ack"]), "-1\n");
    let mut large: Vec<Vec<u8>> = vec![vec![b'x'; (16 << 10) + 1], vec![1; 2 << 20]];
    large.push((0..11 << 20).map(|at: u32| (at.wrapping_mul(at) >> 7) as u8).collect());
    for stdin in large {
        assert_eq!(with_stdin(&agent, &["ipc", "send", "own"], &stdin).code, 0);
        let raw = agent.command(["ipc", "recv", "--ack"]).output().unwrap().stdout;
        assert!(raw == [&stdin[..], b"\n"].concat(), "{} of {} bytes", raw.len(), stdin.len());
    }
    let too_long = vec![b'x'; (11 << 20) + 1];
    with_stdin(&agent, &["ipc", "send", "own"], &too_long).fails(9, &["ipc.send rejected"]);
    with_stdin(&agent, &["ipc", "send", "own"], b"").fails(1, &["ipc.send rejected"]);
}

#[test]
fn several_messages_are_taken_at_once_and_in_order() {
    let daemon = Daemon::start();
    let agent = daemon.agent("own", &[]);
    for number in 0..5 {
        daemon.done(["ipc", "send", "own", &number.to_string()]);
    }
    assert_eq!(agent.done(["ipc", "recv", "--max", "3", "--ack"]), "0\n1\n2\n");
    assert_eq!(agent.done(["ipc", "recv", "--max", "64"]), "3\n4\n");
    assert_eq!(agent.done(["ipc", "recv", "--max", "64", "-o", "json"]).lines().count(), 2);
    for max in ["0", "65", "many"] {
        agent.weft(["ipc", "recv", "--max", max]).fails(2, &["error"]);
    }
    agent.weft(["ipc", "recv", "--timeout", "-1"]).fails(2, &["error"]);
}

#[test]
fn a_waiting_agent_gets_the_message_that_comes() {
    let daemon = Daemon::start();
    daemon.run("waiting", &[], "\"$0\" ipc recv --ack; \"$0\" ipc recv --ack --timeout 30");
    daemon.done(["ipc", "send", "waiting", "one"]);
    daemon.done(["ipc", "send", "waiting", "two"]);
    assert_eq!(daemon.printed("waiting"), "one\ntwo\n");
}

#[test]
fn topics_reach_who_subscribed() {
    let daemon = Daemon::start();
    let (reader, analyst) = (
        daemon.agent("reader", &["publish:survey/#"]),
        daemon.agent("analyst", &["subscribe:survey/+"]),
    );
    analyst.done(["ipc", "subscribe", "survey/+"]);
    reader.done(["ipc", "publish", "survey/words", "42"]);
    let message: Value =
        serde_json::from_str(&analyst.done(["ipc", "recv", "--ack", "-o", "json"])).unwrap();
    assert_eq!((&message["topic"], &message["body"]), (&json!("survey/words"), &json!("42")));
    reader
        .weft(["ipc", "publish", "other", "x"])
        .fails(4, &["topic.publish denied", "publish:other"]);
    analyst.weft(["ipc", "subscribe", "#"]).fails(4, &["topic.subscribe denied"]);
    analyst.done(["ipc", "unsubscribe", "survey/+"]);
    reader.done(["ipc", "publish", "survey/words", "43"]);
    analyst.weft(["ipc", "recv", "--timeout", "0"]).fails(8, &["no message"]);
}

#[test]
fn who_may_not_send_is_denied_and_who_is_not_there_not_found() {
    let daemon = Daemon::start();
    let agent = daemon.agent("own", &["send:nobody"]);
    agent.weft(["ipc", "send", "own", "x"]).fails(4, &["ipc.send denied", "send:own"]);
    agent.weft(["ipc", "send", "nobody", "x"]).fails(3, &["no process nobody"]);
    daemon.weft(["ipc", "recv", "--timeout", "0"]).fails(4, &["inbox"]);
    daemon.weft(["ipc", "subscribe", "a"]).fails(4, &["topic.subscribe denied"]);
    let node = Node::fresh();
    node.weft(["ipc", "recv"]).fails(7, &["no kernel runs", "weft kernel start"]);
}

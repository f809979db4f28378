//! The kernel in the background, and the verbs that ask it.

use super::daemon::{Daemon, signal};
use super::node::{Node, Ran};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::os::unix::net::UnixListener;
use std::process::Stdio;

const ID: &str = "0190f3c0-0000-7000-8000-000000000001";

#[test]
fn it_starts_says_how_it_is_and_stops() {
    let daemon = Daemon::start();
    let status = daemon.json(["kernel", "status"]);
    let data_dir = daemon.data_dir().canonicalize().unwrap();
    assert_eq!(
        (&status["pid"], &status["state"], &status["data_dir"], &status["socket"]),
        (
            &json!(daemon.pid()),
            &json!("running"),
            &json!(data_dir),
            &json!(data_dir.join("kernel.sock"))
        )
    );
    assert!(status["uptime_ms"].is_u64(), "{status}");
    let head = daemon.json(["show", "@"]);
    assert_eq!(status["head"], json!({"seq": head["seq"], "link": head["link"]}));
    let pid = format!("process {}", daemon.pid());
    daemon.weft(["kernel", "start"]).fails(1, &["runs already", &pid, "weft kernel stop"]);
    assert!(daemon.done(["kernel", "logs"]).contains("accepting commands"));
    let stopped = daemon.json(["kernel", "stop"]);
    assert_eq!(
        (&stopped["kind"], &stopped["verdict"]),
        (&json!("kernel.shutdown"), &json!("permit"))
    );
    for verb in ["status", "stop"] {
        daemon.weft(["kernel", verb]).fails(7, &["no kernel runs", "weft kernel start"]);
    }
    assert_eq!(daemon.json(["show", "@"])["events"][0]["type"], json!("kernel.halted"));
}

#[test]
fn without_a_node_there_is_no_kernel() {
    let node = Node::nowhere();
    for verb in ["start", "stop", "status", "logs"] {
        node.weft(["kernel", verb]).fails(3, &["no node in", "weft init"]);
    }
}

#[test]
fn a_kernel_that_cannot_start_says_why() {
    let node = Node::fresh();
    let long = node.outside(&"x".repeat(120));
    std::fs::rename(node.data_dir(), &long).unwrap();
    let start = ["kernel", "start", "--data-dir", long.to_str().unwrap()];
    node.weft(start).fails(1, &["at most 107 bytes", "hint:"]);
    let held = Node::fresh();
    let holder = held.kernel();
    held.weft(["kernel", "start"])
        .fails(7, &["locked", &format!("process {}", std::process::id())]);
    holder.close().unwrap();
}

#[test]
fn whatever_can_be_read_is_the_same_by_socket_and_by_file() {
    let daemon = Daemon::start();
    daemon.done(["tree", "put", "/docs/a", "--meta", "k=v"]);
    daemon.done(["tree", "put", "/docs/b"]);
    assert_eq!(daemon.weft(["tree", "put", "/kernel/x"]).code, 1);
    daemon.agent("reader", &["publish:survey/#", "read:/usr/share"]);
    let verbs: [&[&str]; 14] = [
        &["log"],
        &["log", "--limit", "3"],
        &["log", "--limit", "3", "--reverse"],
        &["log", "--verdict", "rejected"],
        &["log", "reader", "--kind", "process.started"],
        &["log", "--since", "1h", "--actor", "operator:1"],
        &["show", "0"],
        &["show", "2"],
        &["show", "@-1"],
        &["ps"],
        &["ps", "--all"],
        &["agent", "inspect", "reader"],
        &["tree", "list", "/", "--recursive"],
        &["tree", "show", "/docs/a"],
    ];
    for verb in verbs {
        for format in ["text", "json"] {
            let asked = daemon.done(verb.iter().chain(&["-o", format]));
            let read = daemon.done(verb.iter().chain(&["-o", format, "--at", "@"]));
            assert_eq!(asked, read, "{verb:?} {format}");
        }
    }
    let asked = signed_up_to_the_head(&daemon);
    assert_eq!(asked, daemon.json(["chain", "status", "--at", "@"]));
    let record = daemon.json(["show", "2"]);
    let link = format!("link:{}", &record["link"].as_str().unwrap()[..12]);
    assert_eq!(daemon.json(["show", &link]), record);
    assert_eq!(daemon.json(["show", record["time"].as_str().unwrap()]), record);
    daemon.weft(["show", "99999"]).fails(3, &["record 99999 not found", "weft log"]);
    daemon.weft(["show", "link:000000"]).fails(3, &["record link:000000 not found"]);
    daemon
        .weft(["tree", "show", "/none"])
        .fails(3, &["resource /none not found", "weft tree list"]);
    daemon.weft(["log", "nobody"]).fails(3, &["process nobody not found"]);
    daemon.weft(["agent", "inspect", "nobody"]).fails(3, &["process nobody not found", "weft ps"]);
}

/// `chain status`, once the last record is under a checkpoint: the kernel signs a moment later.
fn signed_up_to_the_head(daemon: &Daemon) -> Value {
    let asked = (0..1_000).map(|_| daemon.json(["chain", "status"]));
    let signed = { asked }.find(|status| status["checkpoint"]["size"] == status["size"]);
    signed.expect("a checkpoint is signed at least every second")
}

/// What does not differ from one run to the next.
fn lasting(ran: &Ran) -> (i32, String, Value, Value) {
    let words = |text: &str| {
        let words = text.split_whitespace().map(|word| match word.len() {
            36 | 64 => "X",
            _ if word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') => "N",
            _ => word,
        });
        words.collect::<Vec<_>>().join(" ")
    };
    let mut receipt: Value = serde_json::from_str(&ran.stdout).unwrap_or_default();
    for name in ["seq", "link", "time", "command_id", "grant"] {
        if !receipt[name].is_null() {
            receipt[name] = json!("X");
        }
    }
    let text = if receipt.is_null() { words(&ran.stdout) } else { String::new() };
    let error: Value = serde_json::from_str(&ran.stderr).unwrap_or_default();
    (ran.code, text, receipt, json!([error["error"]["code"], error["error"]["exit"]]))
}

#[test]
fn whatever_is_changed_is_answered_the_same_by_socket_and_by_file() {
    let (node, daemon) = (Node::fresh(), Daemon::start());
    let big: Vec<String> =
        (0..12).map(|number| format!("--meta=k{number}={}", "x".repeat(100_000))).collect();
    let mut big: Vec<&str> = big.iter().map(String::as_str).collect();
    big.splice(0..0, ["tree", "put", "/big"]);
    let verbs: [&[&str]; 15] = [
        &["tree", "put", "/docs/a", "--meta", "k=v", "--dry-run"],
        &["tree", "put", "/docs/a", "--meta", "k=v", "--id", ID],
        &["tree", "put", "/docs/a", "--meta", "k=v", "--id", ID],
        &["tree", "put", "/docs/a", "--meta", "k=v", "--id", ID, "--dry-run"],
        &["tree", "put", "/docs/a", "--meta", "k=w", "--id", ID],
        &["tree", "put", "/kernel/x"],
        &["tree", "put", "/kernel/x", "--dry-run"],
        &["tree", "remove", "/docs"],
        &["tree", "remove", "/none"],
        &["cap", "grant", "nobody", "--can", "send:*"],
        &["cap", "grant", "operator:1", "--can", "send:*", "--expires", "+1h"],
        &["cap", "revoke", "99.0"],
        &["agent", "stop", "nobody"],
        &["ipc", "send", "nobody", "hello"],
        &["ipc", "publish", "a/b", "hello"],
    ];
    for verb in verbs.into_iter().chain([&big[..]]) {
        for format in ["text", "json"] {
            let whole = || verb.iter().copied().chain(["-o", format]);
            let (by_file, by_socket) = (node.weft(whole()), daemon.weft(whole()));
            assert_eq!(lasting(&by_socket), lasting(&by_file), "{verb:?}");
        }
    }
}

#[test]
fn the_same_id_runs_once_whether_a_kernel_runs_or_not() {
    let node = Node::fresh();
    let put = ["tree", "put", "/docs/a", "--meta", "k=v", "--id", ID];
    let first = node.json(put);
    let daemon = Daemon::on(node);
    let again = daemon.json(put);
    assert_eq!((&again["repetition"], &again["link"]), (&json!(true), &first["link"]));
    daemon.weft(["tree", "put", "/docs/b", "--id", ID]).fails(1, &["already used", "record 1"]);
}

#[test]
fn a_killed_kernel_leaves_a_node_that_works_and_starts_again() {
    let mut daemon = Daemon::start();
    daemon.done(["tree", "put", "/docs/a"]);
    daemon.kill();
    assert!(daemon.data_dir().join("kernel.sock").exists(), "nobody was there to clean up");
    assert_eq!(daemon.json(["tree", "show", "/docs/a"])["kind"], json!("resource"));
    daemon.done(["tree", "put", "/docs/b"]);
    daemon.weft(["kernel", "status"]).fails(7, &["no kernel runs"]);
    daemon.start_again();
    assert_eq!(daemon.json(["kernel", "status"])["boots"], json!(2));
}

#[test]
fn an_operator_talks_only_to_who_holds_the_lock() {
    let (held, other) = (Node::fresh(), Daemon::start());
    let holder = held.kernel();
    let socket = held.data_dir().join("kernel.sock");
    std::os::unix::fs::symlink(other.data_dir().join("kernel.sock"), &socket).unwrap();
    let listens = format!("process {} listens", other.pid());
    for verb in [&["ps"][..], &["tree", "put", "/a"], &["kernel", "status"]] {
        held.weft(verb).fails(7, &[&listens, "hint:"]);
    }
    std::fs::remove_file(&socket).unwrap();
    let silent = UnixListener::bind(&socket).unwrap();
    held.weft(["tree", "put", "/a"]).fails(7, &["hint:"]);
    drop(silent);
    assert_eq!(held.size(), 1, "what is left of a socket is no kernel: reading goes on");
    held.weft(["tree", "put", "/a"]).fails(7, &["locked"]);
    holder.close().unwrap();
    // And whatever the environment says.
    let mut elsewhere = other.command(["ps"]);
    let ran = Ran::from(elsewhere.env("WEFT_SOCKET", "/nowhere").output().unwrap());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

#[test]
fn without_keys_an_operator_reads_and_changes_nothing() {
    let daemon = Daemon::start();
    std::fs::remove_file(daemon.data_dir().join("keys/operator.key")).unwrap();
    assert_eq!(daemon.size(), 2);
    daemon.weft(["tree", "put", "/a"]).fails(4, &["cannot act as operator:1", "operator.key"]);
    std::fs::write(daemon.data_dir().join("keys/operator.key"), [7; 32]).unwrap();
    daemon.weft(["tree", "put", "/a"]).fails(4, &["error"]);
    daemon.weft(["tree", "show", "/a", "--at", "@"]).fails(3, &["not found"]);
}

#[test]
fn in_the_foreground_it_ends_with_sigterm() {
    let node = Node::fresh();
    let mut start = node.command(["kernel", "start", "--foreground", "-o", "json"]);
    let mut child = start.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let ready: Value = serde_json::from_str(&line).unwrap();
    assert_eq!((&ready["pid"], &ready["booted"]), (&json!(child.id()), &json!(1)));
    assert_eq!(node.json(["kernel", "status"])["pid"], ready["pid"]);
    signal(child.id().into(), "TERM");
    let ended = Ran::from(child.wait_with_output().unwrap());
    assert!(ended.code == 0 && ended.stderr.contains("accepting commands"), "{}", ended.stderr);
    assert_eq!(node.json(["show", "@"])["kind"], json!("kernel.shutdown"));
}

#[test]
fn following_the_log_shows_everything_once_and_ends_with_the_kernel() {
    let daemon = Daemon::start();
    let mut follower = daemon.follow();
    follower.until(|record| record["seq"] == 1);
    daemon.done(["tree", "put", "/docs/a"]);
    let put = follower.until(|record| record["seq"] == 2);
    assert_eq!(
        put,
        daemon
            .json(["show", "2", "--at", "2"])
            .as_object()
            .map(|whole| {
                let places =
                    ["payload_len", "payload_commit", "content", "segment", "offset", "frame_len"];
                let kept = whole.iter().filter(|(name, _)| !places.contains(&name.as_str()));
                Value::Object(kept.map(|(name, value)| (name.clone(), value.clone())).collect())
            })
            .unwrap()
    );
    daemon.done(["kernel", "stop"]);
    assert_eq!(follower.end(), 7);
    daemon.weft(["log", "--follow"]).fails(7, &["no kernel runs"]);
    daemon.weft(["log", "--follow", "--at", "@"]).fails(2, &["cannot be used with"]);
}

#[test]
fn stopping_in_time_or_timing_out() {
    let daemon = Daemon::start();
    let mut follower = daemon.follow();
    daemon.run("deaf", &[], "trap '' TERM; echo deaf; while :; do sleep 1; done");
    follower.until(|record| record["kind"] == "process.started");
    let mut logs = daemon.command(["logs", "deaf", "--follow"]);
    let mut child = logs.stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "deaf\n");
    daemon.done(["kernel", "stop", "--dry-run"]);
    assert_eq!(daemon.json(["kernel", "status"])["state"], json!("running"));
    daemon.weft(["kernel", "stop", "--timeout", "0.1"]).fails(8, &["still holds the node"]);
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn status_tells_what_agents_are_confined_by() {
    let daemon = Daemon::start();
    let found = daemon.json_of(&["kernel", "status"]);
    let confinement = &found["confinement"];
    for guarantee in
        ["user_namespace", "mount_namespace", "pid_namespace", "no_new_privs", "process_limit"]
    {
        assert_eq!(confinement[guarantee], true, "{guarantee}: {confinement}");
    }
    assert!(confinement["landlock_abi"].as_u64().unwrap() >= 6, "{confinement}");
    let text = daemon.done(["kernel", "status"]);
    assert!(text.contains("confinement     whole\n"), "{text}");
}

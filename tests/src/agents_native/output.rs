//! What a process prints, as a follower gets it.

use crate::support::{Daemon, Ground, Operator};
use serde_json::{Value, json};
use std::fs;
use std::time::{Duration, Instant};
use weft_runtime::api::Notice;

const SOON: Duration = Duration::from_secs(30);

/// Prints half of a character, waits to be told, and prints the other half, and another half.
const PROGRAM: &str = r#"
    mkfifo "$1/go"
    printf 'a\303'
    read word < "$1/go"
    printf '\251\n\303'
"#;

#[test]
fn a_character_that_is_cut_where_following_begins_comes_whole() {
    let ground = Ground::fresh();
    let folder = ground.folder("one");
    let daemon = Daemon::start(&ground);
    let mut operator = daemon.operator();
    let pid = spawn(&mut operator, &folder, PROGRAM);
    until_printed(&mut operator, pid, "a\u{fffd}");
    let followed = operator.ask("process.output", &json!({"target": pid, "follow": true}));
    assert_eq!(followed["text"], "a");
    fs::write(format!("{folder}/go"), "on\n").unwrap();
    assert_eq!(rest(&mut operator), ("é\n\u{fffd}".to_owned(), "ended".to_owned()));
    daemon.stop();
}

/// Waits to be told, and prints more than all buffers between it and a follower hold.
const FLOOD: &str = r#"
    mkfifo "$1/go"
    printf 'begun'
    read word < "$1/go"
    seq 0 8000000
"#;

#[test]
fn a_follower_that_does_not_read_is_told_so_and_holds_nobody_up() {
    let ground = Ground::fresh();
    let folder = ground.folder("one");
    let daemon = Daemon::start(&ground);
    let mut operator = daemon.operator();
    let pid = spawn(&mut operator, &folder, FLOOD);
    until_printed(&mut operator, pid, "begun");
    operator.ask("process.output", &json!({"target": pid, "follow": true}));
    fs::write(format!("{folder}/go"), "on\n").unwrap();
    daemon
        .operator()
        .watch("process.exited", daemon.booted, |record| record["events"][0]["pid"] == pid);
    let (text, reason) = rest(&mut operator);
    assert_eq!(reason, "too_slow");
    let (lines, _) = text.rsplit_once('\n').unwrap();
    assert!(lines.lines().zip(0..).all(|(line, number)| line == number.to_string()), "a gap");
    assert!(lines.lines().count() < 8_000_000);
    daemon.stop();
}

#[test]
fn a_program_that_was_redacted_does_not_start_again_and_says_why() {
    let ground = Ground::fresh();
    let folder = ground.folder("one");
    let daemon = Daemon::start(&ground);
    let mut operator = daemon.operator();
    let pid =
        spawn(&mut operator, &folder, "mkfifo $1/go; printf begun; read word < $1/go; exit 3");
    until_printed(&mut operator, pid, "begun");
    let target = json!({"target": pid});
    let spawned = operator.ask("process.show", &target)["spawned"].clone();
    operator.done("log.redact", &json!({"seq": spawned, "reason": "asked for"}));
    fs::write(format!("{folder}/go"), "on\n").unwrap();
    until_printed(&mut operator, pid, "begunweft: cannot start: its program was redacted\n");
    daemon.operator().watch("process.exited", daemon.booted, |record| {
        record["events"][0]["generation"] == 2 && record["events"][0]["outcome"] == "code:126"
    });
    daemon.stop();
}

fn spawn(operator: &mut Operator, folder: &str, program: &str) -> u64 {
    operator.spawn(&json!({
        "name": "one",
        "restart": "on_failure",
        "can": [format!("write:{folder}")],
        "argv": ["sh", "-c", program, "sh", folder],
    }))
}

fn until_printed(operator: &mut Operator, pid: u64, text: &str) {
    let begun = Instant::now();
    let target = json!({"target": pid});
    let printed = |operator: &mut Operator| operator.ask("process.output", &target)["text"].clone();
    while !printed(operator).as_str().unwrap().starts_with(text) {
        assert!(begun.elapsed() < SOON, "{}", operator.ask("process.show", &target));
        std::thread::yield_now();
    }
}

/// What comes until the stream ends, and why it does.
fn rest(operator: &mut Operator) -> (String, String) {
    let mut text = String::new();
    loop {
        let Notice { method, params } = operator.0.notice().unwrap();
        let notice: Value = serde_json::from_str(params.get()).unwrap();
        match &*method {
            "process.printed" => text.push_str(notice["text"].as_str().unwrap()),
            other => {
                assert_eq!(other, "process.ended");
                return (text, notice["reason"].as_str().unwrap().to_owned());
            }
        }
    }
}

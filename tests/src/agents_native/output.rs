//! What a process prints, as a follower gets it.

use crate::support::{Daemon, Ground, Operator};
use serde_json::{Value, json};
use std::fs;
use std::time::{Duration, Instant};
use weft_runtime::api::Notice;

const SOON: Duration = Duration::from_secs(30);

/// An agent whose program begins with a folder of its own as `$1`, and waits for a line in `$1/go`.
struct Stage {
    daemon: Daemon,
    operator: Operator,
    pid: u64,
    go: String,
    /// Goes last: everything lies in it.
    _ground: Ground,
}

impl Stage {
    /// Once the program has printed so much.
    fn set(program: &str, printed: &str) -> Stage {
        let ground = Ground::fresh();
        let folder = ground.folder("one");
        let daemon = Daemon::start(&ground);
        let mut operator = daemon.operator();
        let pid = operator.spawn(&json!({
            "name": "one",
            "restart": "on_failure",
            "can": [format!("write:{folder}")],
            "argv": ["sh", "-c", format!("mkfifo \"$1/go\"; {program}"), "sh", folder],
        }));
        let go = format!("{folder}/go");
        let mut stage = Stage { daemon, operator, pid, go, _ground: ground };
        stage.until_printed(printed);
        stage
    }

    fn follow(&mut self) -> Value {
        self.operator.ask("process.output", &json!({"target": self.pid, "follow": true}))
    }

    fn go(&self) {
        fs::write(&self.go, "on\n").unwrap();
    }

    fn until_printed(&mut self, text: &str) {
        let begun = Instant::now();
        let target = json!({"target": self.pid});
        loop {
            let printed = self.operator.ask("process.output", &target);
            if printed["text"].as_str().unwrap().starts_with(text) {
                return;
            }
            let shown = self.operator.ask("process.show", &target);
            assert!(begun.elapsed() < SOON, "{printed}, {shown}");
            std::thread::yield_now();
        }
    }

    /// Waits for the end of a run.
    fn until_exited(&self, is_it: impl Fn(&Value) -> bool) {
        let daemon = &self.daemon;
        daemon
            .operator()
            .watch("process.exited", daemon.booted, |record| is_it(&record["events"][0]));
    }

    /// What comes until the stream ends, and why it does.
    fn rest(&mut self) -> (String, String) {
        let mut text = String::new();
        loop {
            let Notice { method, params } = self.operator.0.notice().unwrap();
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
}

/// Prints half of a character, waits to be told, and prints the other half, and another half.
const CUT: &str = r#"printf 'a\303'; read word < "$1/go"; printf '\251\n\303'"#;

/// Waits to be told, and prints more than all buffers between it and a follower hold.
const FLOOD: &str = r#"printf 'begun'; read word < "$1/go"; seq 0 8000000"#;

/// Waits to be told, and fails.
const FAILING: &str = r#"printf 'begun'; read word < "$1/go"; exit 3"#;

#[test]
fn a_character_that_is_cut_where_following_begins_comes_whole() {
    let mut stage = Stage::set(CUT, "a\u{fffd}");
    assert_eq!(stage.follow()["text"], "a");
    stage.go();
    assert_eq!(stage.rest(), ("é\n\u{fffd}".to_owned(), "ended".to_owned()));
    stage.daemon.stop();
}

#[test]
fn a_follower_that_does_not_read_is_told_so_and_holds_nobody_up() {
    let mut stage = Stage::set(FLOOD, "begun");
    stage.follow();
    stage.go();
    stage.until_exited(|event| event["pid"] == stage.pid);
    let (text, reason) = stage.rest();
    assert_eq!(reason, "too_slow");
    let (lines, _) = text.rsplit_once('\n').unwrap();
    assert!(lines.lines().zip(0..).all(|(line, number)| line == number.to_string()), "a gap");
    assert!(lines.lines().count() < 8_000_000);
    stage.daemon.stop();
}

#[test]
fn a_program_that_was_redacted_does_not_start_again_and_says_why() {
    let mut stage = Stage::set(FAILING, "begun");
    let shown = stage.operator.ask("process.show", &json!({"target": stage.pid}));
    let redact = json!({"seq": shown["spawned"], "reason": "asked for"});
    stage.operator.done("log.redact", &redact);
    stage.go();
    stage.until_printed("begunweft: cannot start: its program was redacted\n");
    stage.until_exited(|event| event["generation"] == 2 && event["outcome"] == "code:126");
    stage.daemon.stop();
}

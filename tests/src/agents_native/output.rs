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
    let pid = operator.spawn(&json!({
        "name": "one",
        "can": [format!("write:{folder}")],
        "argv": ["sh", "-c", PROGRAM, "sh", folder],
    }));
    let output = json!({"target": pid});
    let begun = Instant::now();
    while operator.ask("process.output", &output)["text"] != "a\u{fffd}" {
        assert!(begun.elapsed() < SOON, "{}", operator.ask("process.show", &output));
        std::thread::yield_now();
    }
    let followed = operator.ask("process.output", &json!({"target": pid, "follow": true}));
    assert_eq!(followed["text"], "a");
    fs::write(format!("{folder}/go"), "on\n").unwrap();
    assert_eq!(rest(&mut operator), "é\n\u{fffd}");
    daemon.stop();
}

/// What comes until the process has ended.
fn rest(operator: &mut Operator) -> String {
    let mut text = String::new();
    loop {
        let Notice { method, params } = operator.0.notice().unwrap();
        let notice: Value = serde_json::from_str(params.get()).unwrap();
        match &*method {
            "process.printed" => text.push_str(notice["text"].as_str().unwrap()),
            other => {
                assert_eq!((other, &notice["reason"]), ("process.ended", &json!("ended")));
                return text;
            }
        }
    }
}

//! Programs that are not what one hopes for.

use super::witness::{Witness, moment, outcome};
use crate::support::Processes;
use serde_json::json;
use std::fs;
use std::io::Read;
use weft_runtime::reactor::FILE_BYTES_MAX;

/// The wait before the first restart of a program that fails, in milliseconds (docs/operating.md).
const BACKOFF_MS: u64 = 100;

/// What a program gets to end in, in milliseconds (docs/operating.md).
const GRACE_MS: u64 = 5_000;

/// Runs a program that fails with `expected`, and measures the waits between its runs.
fn check_backoff(witness: &mut Witness, name: &str, argv: &[&str], expected: &str) -> u64 {
    let pid = witness.spawn(name, argv);
    for generation in 1..=4 {
        let end = witness.end_of(pid, generation);
        assert_eq!(outcome(&end), (expected, "restarting"));
        let next = witness.start_of(pid, generation + 1);
        let (waited, least) = (moment(&next) - moment(&end), BACKOFF_MS << (generation - 1));
        assert!(waited >= least, "run {generation}: {waited} ms, not {least}");
    }
    witness.serves();
    // While it waits for its next run it can be stopped for good.
    let generation = witness.end_of(pid, 5)["request"]["generation"].as_u64().unwrap() + 1;
    witness.stop(pid);
    assert_eq!(outcome(&witness.end_of(pid, generation)), ("stopped", "exited"));
    pid
}

#[test]
fn a_program_that_does_not_exist_is_tried_less_and_less_often() {
    let mut witness = Witness::start();
    let pid = check_backoff(&mut witness, "nowhere", &["/no/such/program"], "code:127");
    let printed = witness.printed(pid, "cannot start /no/such/program");
    assert_eq!(printed.matches("cannot start").count(), 5, "once for each run: {printed}");
}

#[test]
fn a_program_that_fails_at_once_is_tried_less_and_less_often() {
    let mut witness = Witness::start();
    check_backoff(&mut witness, "failing", &["sh", "-c", "exit 3"], "code:3");
}

#[test]
fn a_program_that_ends_at_once_has_ended() {
    let mut witness = Witness::start();
    let pid = witness.spawn("brief", &["true"]);
    assert_eq!(outcome(&witness.end_of(pid, 1)), ("code:0", "exited"));
    let pid = witness.operator.spawn(&json!({"name": "failed", "argv": ["false"]}));
    assert_eq!(outcome(&witness.end_of(pid, 1)), ("code:1", "exited"));
    assert_eq!(witness.show(pid)["state"], "exited");
}

#[test]
fn a_program_whose_folder_does_not_exist_says_so() {
    let mut witness = Witness::start();
    let spawn = json!({"name": "lost", "argv": ["true"], "cwd": "/no/such/folder"});
    let pid = witness.operator.spawn(&spawn);
    assert_eq!(outcome(&witness.end_of(pid, 1)), ("code:127", "exited"));
    witness.printed(pid, "/no/such/folder");
}

#[test]
fn a_flood_fills_two_files_and_no_more_while_the_kernel_serves() {
    let mut witness = Witness::start();
    let pid = witness.spawn("flood", &["sh", "-c", "echo begin; exec yes flood"]);
    witness.start_of(pid, 1);
    let newer = witness.daemon.layout.output().join(format!("{pid}.log"));
    let older = newer.with_extension("log.1");
    // It has been thrown away once when what it began with is gone.
    while !older.exists() || first_word(&older) != Some("flood".into()) {
        witness.serves();
    }
    for _ in 0..20 {
        let len = |path| fs::metadata(path).map_or(0, |found| found.len());
        assert!(len(&newer) <= FILE_BYTES_MAX && len(&older) <= FILE_BYTES_MAX);
        witness.serves();
    }
    witness.stop(pid);
    assert_eq!(outcome(&witness.end_of(pid, 1)), ("stopped", "exited"));
    assert!(witness.printed(pid, "flood").len() as u64 <= FILE_BYTES_MAX);
}

fn first_word(path: &std::path::Path) -> Option<String> {
    let mut word = [0; 5];
    fs::File::open(path).ok()?.read_exact(&mut word).ok()?;
    Some(String::from_utf8_lossy(&word).into_owned())
}

#[test]
fn a_program_that_ignores_sigterm_is_killed_after_the_grace() {
    let mut witness = Witness::start();
    let script = "trap '' TERM; echo up; while :; do sleep 1; done";
    let pid = witness.spawn("deaf", &["sh", "-c", script]);
    witness.printed(pid, "up");
    witness.stop(pid);
    let stopping = witness.show(pid);
    assert_eq!(stopping["state"], "stopping");
    witness.serves();
    let end = witness.end_of(pid, 1);
    assert_eq!(outcome(&end), ("stopped", "exited"));
    let record = json!({"record": stopping["changed"]});
    let asked = moment(&witness.operator.ask("log.show", &record));
    assert!(moment(&end) - asked >= GRACE_MS, "{} ms", moment(&end) - asked);
}

#[test]
fn a_stop_that_comes_with_the_start_is_obeyed() {
    let mut witness = Witness::start();
    for number in 0..20 {
        let pid = witness.spawn(&format!("brief-{number}"), &["sleep", "86400"]);
        let start = witness.start_of(pid, 1);
        witness.stop(pid);
        let end = witness.end_of(pid, 1);
        assert_eq!(outcome(&end), ("stopped", "exited"));
        let lived = moment(&end) - moment(&start);
        assert!(lived < GRACE_MS, "run {number} went on for {lived} ms");
    }
}

#[test]
fn a_program_that_ends_at_sigterm_is_not_waited_for() {
    let mut witness = Witness::start();
    let script = "trap 'echo bye; exit 7' TERM; echo up; while :; do sleep 1; done";
    let pid = witness.spawn("polite", &["sh", "-c", script]);
    witness.printed(pid, "up");
    witness.stop(pid);
    let stopping = witness.show(pid)["changed"].clone();
    let end = witness.end_of(pid, 1);
    assert_eq!(outcome(&end), ("stopped", "exited"));
    let asked = moment(&witness.operator.ask("log.show", &json!({"record": stopping})));
    assert!(moment(&end) - asked < GRACE_MS);
    witness.printed(pid, "bye");
}

/// Forks until it may not any more.
const FORKING: &str = r#"
import os, time
forked = 0
try:
    while True:
        if os.fork() == 0:
            time.sleep(86400)
        forked += 1
except OSError:
    print("forked", forked, flush=True)
time.sleep(86400)
"#;

#[test]
fn a_program_that_forks_without_end_comes_to_one() {
    let mut witness = Witness::start();
    let folder = witness.ground.folder("forking");
    let pid = witness.spawn("forking", &["python3", "-c", FORKING, &folder]);
    let printed = witness.printed(pid, "forked");
    let forked: usize = printed.trim_start_matches("forked").trim().parse().unwrap();
    assert!((100..1_000).contains(&forked), "{forked}");
    witness.serves();
    witness.stop(pid);
    assert_eq!(outcome(&witness.end_of(pid, 1)), ("stopped", "exited"));
    assert_eq!(Processes::now().marked(&folder).count(), 0);
}

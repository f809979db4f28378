//! Forks: a log goes on from one of its records, under an id and keys of its own.

use super::daemon::Daemon;
use super::moving::{at_work, endless_blob, files, json_within, kill, roots, story, until, within};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

const ID: &str = "0190f3c0-0000-7000-8000-000000000007";

fn names(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
    names.sort_unstable();
    names
}

#[test]
fn a_fork_goes_on_from_a_record_and_leaves_the_old_log_alone() {
    let node = story();
    let (into, before) = (node.outside("forked"), files(&node.data_dir()));
    let made = node.json(["fork", "5", "--into", into.to_str().unwrap()]);
    let (status, record) = (node.json(["chain", "status"]), node.json(["show", "5"]));
    assert_eq!(made["from"], json!({"log_id": status["log_id"], "seq": 5, "link": record["link"]}));
    assert!(files(&node.data_dir()) == before);
    let read = |arguments: &[&str]| json_within(&node, &into, arguments);
    let forked = read(&["chain", "status"]);
    assert_eq!(json!([forked["log_id"], forked["size"]]), json!([made["log_id"], 6]));
    assert_ne!(forked["log_id"], status["log_id"]);
    assert_ne!(forked["public_key"], status["public_key"]);
    assert_eq!(forked["checkpoint"]["size"], json!(6), "the first checkpoint is signed");
    let genesis = read(&["show", "0"]);
    let event = &genesis["events"][0];
    assert_eq!(event["type"], json!("log.genesis"));
    assert_eq!(event["fork"], made["from"]);
    assert_eq!(genesis["time"], node.json(["show", "0"])["time"], "times only grow");
    for seq in ["1", "3", "5"] {
        let (old, new) = (node.json(["show", seq]), read(&["show", seq]));
        for field in ["time", "kind", "actor", "command_id", "core_commit", "request", "content"] {
            assert_eq!(old[field], new[field], "record {seq}, {field}");
        }
        assert_ne!(old["link"], new["link"]);
    }
    // State as of the record: what was removed later is there, and the grant is.
    let listed = |arguments: &[&str]| -> Vec<Value> {
        let printed = within(&node, &into, &[arguments, &["-o", "json"]].concat()).stdout;
        serde_json::from_str(&printed).unwrap()
    };
    let paths = listed(&["tree", "list", "/docs"]);
    assert_eq!(paths.len(), 2, "{paths:?}");
    let at = node.json(["tree", "list", "/docs", "--at", "5"]);
    assert_eq!(json!(paths), at);
    assert_eq!(listed(&["ps"])[0]["name"], json!("reader"));
    let verified = read(&["chain", "verify", "--independent"]);
    assert_eq!(json!([verified["size"], verified["guard"]]), json!([6, "holds"]));
    // It goes on by itself, and so does the old one.
    assert_eq!(read(&["tree", "put", "/docs/here"])["seq"], json!(6));
    assert_eq!(node.json(["tree", "put", "/docs/there"])["seq"], json!(8));
    assert_eq!(read(&["chain", "verify"])["checkpoints"]["last"], json!(7));
}

#[test]
fn the_operator_of_a_fork_is_who_has_its_keys() {
    let node = story();
    let into = node.outside("forked");
    node.done(["fork", "@", "--into", into.to_str().unwrap()]);
    let key = into.join("keys/operator.key");
    let new = fs::read(&key).unwrap();
    let put = ["tree", "put", "/docs/x"];
    assert_eq!(within(&node, &into, &put).code, 0);
    fs::copy(node.data_dir().join("keys/operator.key"), &key).unwrap();
    within(&node, &into, &put).fails(4, &["not the key that the log names"]);
    fs::write(&key, new).unwrap();
    // The old log's key does not sign here either, nor the new one there.
    fs::copy(node.data_dir().join("keys/log.key"), into.join("keys/log.key")).unwrap();
    within(&node, &into, &put).fails(1, &["is not the key that signs it"]);
    // Rights are as they were at the record: the grant of record 4 can be taken back.
    let other = node.outside("other");
    node.done(["fork", "@", "--into", other.to_str().unwrap()]);
    assert_eq!(within(&node, &other, &["capability", "revoke", "4.0"]).code, 0);
}

#[test]
fn a_copy_an_old_copy_and_a_fork_can_be_forked() {
    let node = story();
    let backup = node.outside("backup");
    node.done(["chain", "backup", backup.to_str().unwrap()]);
    let from_backup = node.outside("from-backup");
    json_within(&node, &backup, &["fork", "@", "--into", from_backup.to_str().unwrap()]);
    json_within(&node, &from_backup, &["tree", "put", "/docs/x"]);
    // A data directory that was rolled back contradicts its guard, and is forked all the same.
    let old = node.outside("old");
    fs::create_dir(&old).unwrap();
    for name in ["log", "keys"] {
        fs::create_dir(old.join(name)).unwrap();
        for file in names(&node.data_dir().join(name)) {
            fs::copy(node.data_dir().join(name).join(&file), old.join(name).join(&file)).unwrap();
        }
    }
    node.done(["tree", "put", "/docs/later"]);
    within(&node, &old, &["tree", "put", "/docs/x"])
        .fails(6, &["contradicts its guard", "weft fork"]);
    let from_old = node.outside("from-old");
    json_within(&node, &old, &["fork", "@", "--into", from_old.to_str().unwrap()]);
    json_within(&node, &from_old, &["tree", "put", "/docs/x"]);
    // A fork of a fork names the fork.
    let again = node.outside("again");
    let made = json_within(&node, &from_old, &["fork", "6", "--into", again.to_str().unwrap()]);
    let status = json_within(&node, &from_old, &["chain", "status"]);
    assert_eq!(made["from"]["log_id"], status["log_id"]);
    assert_eq!(json_within(&node, &again, &["chain", "verify"])["size"], json!(7));
    // Record 0 alone is enough.
    let bare = node.outside("bare");
    node.done(["fork", "0", "--into", bare.to_str().unwrap()]);
    json_within(&node, &bare, &["tree", "put", "/docs/x"]);
}

#[test]
fn the_state_of_a_fork_is_that_of_its_record_but_for_who_it_is() {
    let node = story();
    let (one, other) = (node.outside("one"), node.outside("other"));
    for into in [&one, &other] {
        node.done(["fork", "6", "--into", into.to_str().unwrap()]);
    }
    // Two forks from one record differ in their keys, and so do their States in every record.
    let (one, other, old) = (roots(&one), roots(&other), roots(&node.data_dir()));
    assert_eq!((one.len(), other.len(), old.len()), (7, 7, 8));
    assert!(one.iter().zip(&other).all(|(one, other)| one != other));
    assert!(one.iter().zip(&old).all(|(one, old)| one != old));
}

#[test]
fn a_fork_of_a_running_node_takes_its_agents_as_lost() {
    let daemon = Daemon::start();
    daemon.run_with("worker", &[], &["--restart", "on-failure"], "exec sleep 600");
    daemon.run_with("once", &[], &["--restart", "never"], "exec sleep 600");
    let mut follower = daemon.follow();
    for _ in 0..2 {
        follower.until(|record| record["kind"] == "process.started");
    }
    let into = daemon.outside("forked");
    daemon.done(["fork", "@", "--into", into.to_str().unwrap()]);
    let rows = |arguments: &[&str]| -> Value { json_within(&daemon, &into, arguments) };
    let states = |rows: &Value| -> Vec<Value> {
        let rows = rows.as_array().unwrap();
        rows.iter().map(|row| json!([row["name"], row["state"], row["generation"]])).collect()
    };
    let running = [json!(["worker", "running", 1]), json!(["once", "running", 1])];
    assert_eq!(states(&rows(&["ps"])), running, "State is that of the record");
    // A kernel of the fork finds nothing of them running: the one is lost, the other runs again, here.
    let stop = within(&daemon, &into, &["agent", "stop", "worker"]);
    assert_eq!(stop.code, 0, "{}", stop.stderr);
    let started = rows(&["kernel", "start"]);
    until("both have ended", || {
        states(&rows(&["ps", "--all"])).iter().all(|row| row[1] == json!("exited"))
    });
    assert_ne!(started["pid"], json!(daemon.pid()));
    rows(&["kernel", "stop"]);
    assert_eq!(states(&daemon.json(["ps"])), running, "the old node's agents go on");
}

#[test]
fn a_fork_is_made_once_under_one_id_and_not_at_all_in_a_dry_run() {
    let node = story();
    let into = node.outside("forked");
    let name = into.to_str().unwrap();
    let before = node.bytes();
    let dry = node.json(["fork", "3", "--into", name, "--dry-run"]);
    assert_eq!(
        json!([dry["log_id"], dry["verdict"], dry["dry_run"], dry["from"]["seq"]]),
        json!([null, "permit", true, 3])
    );
    assert!(node.bytes() == before);
    let made = node.json(["fork", "3", "--into", name, "--id", ID, "--origin", "example.org/fork"]);
    assert_eq!(json!([made["origin"], made["repetition"]]), json!(["example.org/fork", false]));
    let note = json_within(&node, &into, &["chain", "checkpoint"]);
    assert!(note["origin"].as_str().unwrap().starts_with("example.org/fork/"), "{note}");
    let again =
        node.json(["fork", "3", "--into", name, "--id", ID, "--origin", "example.org/fork"]);
    assert_eq!(json!([again["log_id"], again["repetition"]]), json!([made["log_id"], true]));
    let after = files(&into);
    node.weft(["fork", "4", "--into", name, "--id", ID]).fails(1, &["already used"]);
    node.weft(["fork", "3", "--into", name]).fails(1, &["is not empty"]);
    node.weft(["fork", "3", "--into", name, "--dry-run"]).fails(1, &["is not empty"]);
    node.weft(["fork", "8", "--into", "/tmp/x"]).fails(3, &["record 8 not found"]);
    node.weft(["fork", "3", "--into", node.outside("y").to_str().unwrap(), "--origin", "a b"])
        .fails(1, &["origin must be"]);
    assert!(files(&into) == after);
    assert!(!node.outside("y").exists());
    node.weft(["init", "--data-dir", name, "--id", ID, "--origin", "example.org/fork"])
        .fails(1, &["already used"]);
}

#[test]
fn a_fork_that_is_killed_leaves_nothing_that_the_next_does_not_remove() {
    let node = story();
    let into = node.outside("place/forked");
    let name = into.to_str().unwrap();
    let place = node.outside("place");
    let blob = endless_blob(&node.data_dir());
    let child = at_work(&node, &["fork", "@", "--into", name]);
    until("it has keys", || {
        let Ok(entries) = fs::read_dir(&place) else { return false };
        entries.flatten().any(|entry| entry.path().join("keys/operator.key").exists())
    });
    kill(child);
    fs::remove_dir_all(node.data_dir().join("blobs")).unwrap();
    drop(blob);
    assert!(!into.exists());
    assert_eq!(names(&place).len(), 1);
    node.done(["fork", "@", "--into", name]);
    assert_eq!(names(&place), ["forked"]);
    assert!(!names(&into).contains(&"making".to_owned()));
}

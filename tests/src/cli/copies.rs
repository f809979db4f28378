//! Copies of a log without its key: read, verified and proved from, and never written to.

use super::moving::{files, story};
use super::node::Node;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;

/// A copy of a log on a node of its own.
fn copy() -> Node {
    let (node, there) = (story(), Node::nowhere());
    let file = there.outside("log.jsonl");
    fs::write(&file, node.done(["chain", "export"])).unwrap();
    there.done(["chain", "import", file.to_str().unwrap()]);
    there
}

/// What changes a node, each with arguments that would be good ones.
const CHANGES: [&[&str]; 16] = [
    &["tree", "put", "/docs/z"],
    &["tree", "remove", "/docs/a"],
    &["capability", "grant", "reader", "--can", "put:/docs"],
    &["capability", "revoke", "4.0"],
    &["run", "hello", "--", "true"],
    &["agent", "spawn", "hello", "--", "true"],
    &["agent", "stop", "reader"],
    &["ipc", "send", "reader", "hello"],
    &["ipc", "ack", "7"],
    &["ipc", "publish", "survey/a", "hello"],
    &["ipc", "subscribe", "survey/#"],
    &["ipc", "unsubscribe", "survey/#"],
    &["chain", "redact", "1", "--reason", "none"],
    &["chain", "rotate-key"],
    &["chain", "collect"],
    &["kernel", "start"],
];

#[test]
fn a_copy_is_not_written_to_whatever_is_asked() {
    let there = copy();
    let before = files(&there.data_dir());
    let story = ["read-only copy", "log.key is not there", "weft fork @ --into DIR"];
    for change in CHANGES {
        let dry = if change[0] == "kernel" { &["--foreground"][..] } else { &["--dry-run"] };
        // Options go before the arguments of a program.
        let (verb, rest) = change.split_at(2);
        for arguments in [change.to_vec(), [verb, dry, rest].concat()] {
            let arguments: Vec<&str> = match arguments[..2] {
                ["run", "--dry-run" | "hello"] if arguments.contains(&"--dry-run") => {
                    vec!["run", "hello", "--dry-run", "--", "true"]
                }
                _ => arguments,
            };
            there.weft(&arguments).fails(1, &story);
        }
    }
    let ran = there.weft(["tree", "put", "/docs/z", "-o", "json"]);
    let error: Value = serde_json::from_str(&ran.stderr).unwrap();
    assert_eq!(error["error"]["code"], json!("read_only"));
    assert!(files(&there.data_dir()) == before, "not even a lock was taken");
}

#[test]
fn every_verb_that_changes_something_is_among_those() {
    let node = Node::nowhere();
    let verbs = |help: String| -> Vec<String> {
        let list = help.split_once("\nCommands:\n").map(|(_, list)| list.to_owned());
        let lines: Vec<String> = list.unwrap_or_default().lines().map(str::to_owned).collect();
        let lines = lines.iter().take_while(|line| line.starts_with("  "));
        let names = lines.filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
        names.filter(|name| !name.is_empty() && *name != "help").map(str::to_owned).collect()
    };
    let mut found = BTreeSet::new();
    for verb in verbs(node.done(["--help"])) {
        let below = verbs(node.done([&verb, "--help"]));
        let paths: Vec<Vec<String>> = match below.is_empty() {
            true => vec![vec![verb]],
            false => below.into_iter().map(|name| vec![verb.clone(), name]).collect(),
        };
        for path in paths {
            let help = node.done(path.iter().map(String::as_str).chain(["--help"]));
            if help.contains("--dry-run") {
                found.insert(path.join(" "));
            }
        }
    }
    // These make a node elsewhere, or ask a kernel that no copy has.
    for other in ["init", "fork", "kernel stop"] {
        assert!(found.remove(other), "{other}");
    }
    let tried: BTreeSet<String> = CHANGES
        .iter()
        .map(|change| if change[0] == "run" { "run".to_owned() } else { change[..2].join(" ") })
        .filter(|change| change != "kernel start")
        .collect();
    assert_eq!(found, tried);
}

#[test]
fn a_copy_is_read_like_any_log() {
    let there = copy();
    let before = files(&there.data_dir());
    let verbs: [&[&str]; 13] = [
        &["log"],
        &["log", "reader"],
        &["show", "@"],
        &["ps", "--all"],
        &["agent", "inspect", "reader"],
        &["tree", "list", "--recursive"],
        &["tree", "show", "/docs/a"],
        &["tree", "list", "--at", "2"],
        &["chain", "status"],
        &["chain", "verify"],
        &["chain", "checkpoint"],
        &["chain", "prove", "3", "--reveal"],
        &["chain", "export", "--from", "3"],
    ];
    for verb in verbs {
        there.done(verb);
    }
    for verb in ["status", "stop"] {
        there.weft(["kernel", verb]).fails(7, &["no kernel runs"]);
    }
    assert!(files(&there.data_dir()) == before);
}

#[test]
fn another_key_does_not_make_a_copy_writable() {
    let (there, stranger) = (copy(), Node::fresh());
    fs::create_dir(there.data_dir().join("keys")).unwrap();
    for key in ["log.key", "operator.key"] {
        fs::copy(
            stranger.data_dir().join("keys").join(key),
            there.data_dir().join("keys").join(key),
        )
        .unwrap();
    }
    let segment = fs::read(there.segment()).unwrap();
    there
        .weft(["tree", "put", "/docs/z"])
        .fails(1, &["read-only copy", "is not the key that signs it"]);
    there.weft(["kernel", "start"]).fails(1, &["read-only copy", "is not the key that signs it"]);
    assert!(fs::read(there.segment()).unwrap() == segment);
}

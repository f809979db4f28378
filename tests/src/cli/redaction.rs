//! Erasing payloads, as an operator does it and as whoever looks for what was erased finds it.

use super::node::Node;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

const SECRET: &str = "correct-horse-battery-staple";

/// A node whose record 2 carries a secret.
fn secretive() -> Node {
    let node = Node::fresh();
    node.json(["tree", "put", "/docs/a", "--meta", "word=harmless"]);
    let put = ["tree", "put", "/docs/b", "--meta", &format!("word={SECRET}"), "--id", ID];
    node.json(put);
    node.json(["tree", "put", "/docs/c", "--meta", "word=harmless"]);
    node
}

const ID: &str = "0199f0a0-0000-7000-8000-000000000001";

/// The files below a folder that hold the secret.
fn holding(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(holding(&path));
        } else if fs::read(&path).is_ok_and(|bytes| holds(&bytes)) {
            found.push(path.display().to_string());
        }
    }
    found
}

fn holds(bytes: &[u8]) -> bool {
    bytes.windows(SECRET.len()).any(|window| window == SECRET.as_bytes())
}

fn state_root(node: &Node) -> Value {
    let replayed = node.json(["replay", "--check"]);
    assert_eq!(replayed["holds"], json!(true));
    replayed["state_root"].clone()
}

/// Removes what is derived.
fn forget(node: &Node) {
    for folder in ["index", "snapshots", "tile"] {
        let folder = node.data_dir().join(folder);
        if folder.exists() {
            fs::remove_dir_all(folder).unwrap();
        }
    }
}

#[test]
fn a_redacted_payload_is_nowhere_and_everything_else_stays() {
    let node = secretive();
    assert!(!holding(&node.data_dir()).is_empty());
    let key = node.json(["chain", "status"])["public_key"].as_str().unwrap().to_owned();
    let proofs: Vec<_> = ["1", "2", "3"]
        .map(|seq| {
            let file = node.outside(&format!("{seq}.tlog-proof"));
            fs::write(&file, node.weft(["chain", "prove", seq]).stdout).unwrap();
            file
        })
        .into();
    let torn = node.data_dir().join("log/torn-4-0");
    fs::write(&torn, format!("a torn write of {SECRET}")).unwrap();
    let links = |node: &Node| -> Vec<Value> {
        (0..4).map(|seq| node.json(["show", &seq.to_string()])["link"].clone()).collect()
    };
    let before = links(&node);
    let receipt = node.json(["chain", "redact", "2", "--reason", "it was to be forgotten"]);
    assert_eq!((&receipt["verdict"], &receipt["seq"]), (&json!("permit"), &json!(4)));
    assert_eq!(holding(&node.data_dir()), [""; 0]);
    assert!(!torn.exists());
    let root = state_root(&node);
    forget(&node);
    // Opens for writing, rebuilds, and closes.
    node.json(["tree", "put", "/docs/d"]);
    assert_eq!(holding(&node.data_dir()), [""; 0]);
    assert_eq!(links(&node), before);
    assert_eq!(node.json(["replay", "--check"])["records"], json!(6));
    assert_eq!(node.json(["chain", "verify"])["verified"], json!(true));
    let file = |path: &Path| path.to_str().unwrap().to_owned();
    for proof in &proofs {
        node.json(["chain", "check", &file(proof), "--key", &key]);
    }
    let record = node.json(["show", "2"]);
    assert_eq!((&record["payload"], &record["kind"]), (&json!("erased"), &json!("tree.put")));
    let shown = node.json(["show", "4"]);
    assert_eq!(shown["events"][0]["type"], json!("log.redacted"));
    // A record that nobody redacted keeps its payload, and the State before the last record is as it was.
    assert_eq!(node.json(["show", "3"])["payload"], json!("whole"));
    let at = |node: &Node| node.json(["tree", "list", "/docs", "--at", "4"]);
    assert_eq!(at(&node).as_array().unwrap().len(), 3);
    assert_ne!(root, state_root(&node), "a record came after");
    node.weft(["chain", "redact", "2", "--reason", "again"]).fails(1, &["already"]);
    node.weft(["chain", "redact", "0", "--reason", "no"]).fails(1, &["payload"]);
    node.weft(["chain", "redact", "99", "--reason", "no"]).fails(3, &["record 99"]);
}

#[test]
fn state_is_the_same_after_the_erasure_and_without_derived_files() {
    let node = secretive();
    node.json(["chain", "redact", "2", "--reason", "it was to be forgotten"]);
    let root = state_root(&node);
    forget(&node);
    assert_eq!(state_root(&node), root);
    let export = node.weft(["chain", "export"]).stdout;
    assert!(!holds(export.as_bytes()) && export.contains("harmless") == export.contains("word"));
    let elsewhere = Node::nowhere();
    let file = node.outside("log.jsonl");
    fs::write(&file, export).unwrap();
    elsewhere.json(["chain", "import", file.to_str().unwrap()]);
    assert_eq!(state_root(&elsewhere), root);
    let roots = |node: &Node| node.json(["chain", "verify"])["root"].clone();
    assert_eq!(roots(&elsewhere), roots(&node));
}

#[test]
fn a_repetition_of_what_was_erased_says_that_only_the_request_was_compared() {
    let node = secretive();
    let again = ["tree", "put", "/docs/b", "--meta", "word=another", "--id", ID];
    node.weft(again).fails(1, &["already used"]);
    node.json(["chain", "redact", "2", "--reason", "it was to be forgotten"]);
    let receipt = node.json(again);
    assert_eq!((&receipt["seq"], &receipt["repetition"]), (&json!(2), &json!(true)));
    assert_eq!(receipt["payload_erased"], json!(true));
    let dry = node.json([&again[..], &["--dry-run"]].concat());
    assert_eq!((&dry["seq"], &dry["payload_erased"]), (&json!(2), &json!(true)));
    let other = ["tree", "put", "/docs/z", "--meta", "word=another", "--id", ID];
    node.weft(other).fails(1, &["already used"]);
}

#[test]
fn a_running_kernel_erases_before_it_answers() {
    let node = secretive();
    node.done(["kernel", "start"]);
    let dry = node.json(["chain", "redact", "2", "--reason", "forget", "--dry-run"]);
    assert_eq!(dry["verdict"], json!("permit"));
    assert!(!holding(&node.data_dir()).is_empty());
    node.json(["chain", "redact", "2", "--reason", "forget"]);
    assert_eq!(holding(&node.data_dir()), [""; 0]);
    assert_eq!(node.json(["show", "2"])["payload"], json!("erased"));
    node.done(["kernel", "stop"]);
    assert_eq!(holding(&node.data_dir()), [""; 0]);
    assert_eq!(node.json(["chain", "verify"])["verified"], json!(true));
}

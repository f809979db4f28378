//! A log that changes its key, with a kernel and without one.

use super::node::Node;
use serde_json::json;
use std::fs;
use std::os::unix::fs::PermissionsExt;

const ID: &str = "0199f0a0-0000-7000-8000-00000000000a";

fn key_of(node: &Node) -> String {
    node.json(["chain", "status"])["public_key"].as_str().unwrap().to_owned()
}

fn names(node: &Node) -> Vec<String> {
    let entries = fs::read_dir(node.data_dir().join("keys")).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn seed(node: &Node, name: &str) -> Vec<u8> {
    fs::read(node.data_dir().join("keys").join(name)).unwrap()
}

/// Checkpoints before and after hold, and the newest needs the new key.
fn check(node: &Node, old: &str, new: &str) {
    assert_eq!(names(node), ["log.key", "operator.key"]);
    let mode = fs::metadata(node.data_dir().join("keys/log.key")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let report = node.json(["chain", "verify"]);
    assert_eq!((&report["verified"], &report["guard"]), (&json!(true), &json!("holds")));
    let file = node.outside("new.tlog-proof");
    let name = file.to_str().unwrap().to_owned();
    fs::write(&file, node.weft(["chain", "prove", "1"]).stdout).unwrap();
    node.json(["chain", "check", &name, "--key", new]);
    node.weft(["chain", "check", &name, "--key", old]).fails(6, &["does not hold"]);
}

#[test]
fn a_log_changes_its_key() {
    let node = Node::fresh();
    node.json(["tree", "put", "/docs/a"]);
    let (old, old_seed) = (key_of(&node), seed(&node, "log.key"));
    let proof = node.outside("old.tlog-proof");
    let proof_name = proof.to_str().unwrap().to_owned();
    fs::write(&proof, node.weft(["chain", "prove", "1"]).stdout).unwrap();
    let before = node.bytes();
    let dry = node.json(["chain", "rotate-key", "--dry-run"]);
    assert_eq!((&dry["verdict"], &dry["seq"]), (&json!("permit"), &json!(null)));
    assert!(node.bytes() == before, "a dry run stores nothing");
    let receipt = node.json(["chain", "rotate-key", "--id", ID]);
    assert_eq!((&receipt["verdict"], &receipt["seq"]), (&json!("permit"), &json!(2)));
    let new = key_of(&node);
    assert_ne!(old, new);
    assert_ne!(seed(&node, "log.key"), old_seed);
    check(&node, &old, &new);
    // What was proved before is proved still, by the key of then.
    node.json(["chain", "check", &proof_name, "--key", &old]);
    let again = node.json(["chain", "rotate-key", "--id", ID]);
    assert_eq!((&again["seq"], &again["repetition"]), (&json!(2), &json!(true)));
    assert_eq!(key_of(&node), new);
    // Another change, and the log goes on.
    node.json(["chain", "rotate-key"]);
    node.json(["tree", "put", "/docs/b"]);
    check(&node, &new, &key_of(&node));
}

#[test]
fn a_running_kernel_signs_with_the_new_key() {
    let node = Node::fresh();
    node.done(["kernel", "start"]);
    node.json(["tree", "put", "/docs/a"]);
    let old = key_of(&node);
    let dry = node.json(["chain", "rotate-key", "--dry-run"]);
    assert_eq!((&dry["verdict"], &dry["seq"]), (&json!("permit"), &json!(null)));
    assert_eq!(names(&node), ["log.key", "operator.key"]);
    node.json(["chain", "rotate-key"]);
    node.json(["tree", "put", "/docs/b"]);
    node.done(["kernel", "stop"]);
    check(&node, &old, &key_of(&node));
}

#[test]
fn a_key_that_was_stored_and_not_used_is_used() {
    let node = Node::fresh();
    node.json(["tree", "put", "/docs/a"]);
    let next = node.data_dir().join("keys/log.key.next");
    fs::write(&next, [9; 32]).unwrap();
    fs::set_permissions(&next, fs::Permissions::from_mode(0o600)).unwrap();
    let old = key_of(&node);
    node.json(["chain", "rotate-key"]);
    assert_eq!(seed(&node, "log.key"), [9; 32]);
    check(&node, &old, &key_of(&node));
    fs::write(&next, [7; 31]).unwrap();
    node.weft(["chain", "rotate-key"]).fails(1, &["log.key.next has 31 bytes"]);
}

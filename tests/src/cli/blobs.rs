//! Messages too large for a record: kept as blobs, moved, erased, collected.

use super::node::Node;
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;
use weft_ledger::Files;
use weft_ledger::blob::Blobs;

const ID: &str = "0199f0a0-0000-7000-8000-000000000002";

fn body() -> String {
    format!("{}the end of it", "large ".repeat(12_000))
}

/// A node with an agent that does not run yet and has a large message; also the message's record.
fn with_message() -> (Node, String) {
    let node = Node::fresh();
    node.spawn("reader");
    let sent = node.json(["ipc", "send", "reader", &body(), "--id", ID]);
    (node, sent["seq"].to_string())
}

/// The files of blobs.
fn blobs(node: &Node) -> Vec<PathBuf> {
    let found = node.bytes().into_iter().map(|(path, _)| path);
    found.filter(|path| path.components().any(|part| part.as_os_str() == "blobs")).collect()
}

#[test]
fn a_large_message_is_shown_and_repeated() {
    let (node, seq) = with_message();
    let shown = node.json(["show", &seq]);
    assert_eq!(shown["blob"]["bytes"], json!(body().len()));
    assert_eq!((&shown["payload"], &shown["blob_state"]), (&json!("none"), &json!("whole")));
    assert_eq!(shown["content"]["text"], json!(body()));
    let name = shown["blob"]["name"].as_str().unwrap();
    let [file] = &blobs(&node)[..] else { panic!("one blob") };
    assert!(file.ends_with(format!("blobs/{}/{}", &name[..2], &name[2..])), "{}", file.display());
    let text = node.weft(["show", &seq]).stdout;
    assert!(text.contains(&format!("blob whole, {} bytes, name {name}", body().len())), "{text}");
    let (body, same_length) = (body(), body().replace("end", "End"));
    for rehearse in [&[][..], &["--dry-run"]] {
        let again = [&["ipc", "send", "reader", &body, "--id", ID][..], rehearse].concat();
        let again = node.json(&again);
        assert_eq!((&again["repetition"], again["seq"].to_string()), (&json!(true), seq.clone()));
        let other = [&["ipc", "send", "reader", "other", "--id", ID][..], rehearse].concat();
        node.weft(&other).fails(1, &["already used"]);
        let other = [&["ipc", "send", "reader", &same_length, "--id", ID][..], rehearse].concat();
        node.weft(&other).fails(1, &["already used"]);
    }
    assert_eq!(blobs(&node).len(), 1);
    node.done(["chain", "verify", "--independent"]);
    assert_eq!(node.json(["replay", "--check"])["holds"], json!(true));
}

#[test]
fn a_damaged_blob_is_told_and_never_handed_out() {
    let (node, seq) = with_message();
    let file = blobs(&node).pop().unwrap();
    let mut bytes = fs::read(&file).unwrap();
    bytes[5_000] ^= 1;
    fs::write(&file, &bytes).unwrap();
    let shown = node.json(["show", &seq]);
    assert_eq!((&shown["blob_state"], &shown["content"]), (&json!("damaged"), &json!("none")));
    let other = body().replace("end", "End");
    node.weft(["ipc", "send", "reader", &other, "--id", ID]).fails(6, &["is damaged"]);
    fs::remove_file(&file).unwrap();
    assert_eq!(node.json(["show", &seq])["blob_state"], json!("gone"));
    // The log holds all the same: a blob is no part of it.
    node.done(["chain", "verify"]);
}

#[test]
fn a_redacted_message_leaves_nothing_behind() {
    let (node, seq) = with_message();
    let kept = node.json(["ipc", "send", "reader", &body()])["seq"].to_string();
    let links = |node: &Node| -> Vec<Value> {
        (0..4).map(|seq| node.json(["show", &seq.to_string()])["link"].clone()).collect()
    };
    let before = links(&node);
    node.json(["chain", "redact", &seq, "--reason", "it was to be forgotten"]);
    assert_eq!(blobs(&node).len(), 1, "the other message has its own");
    assert_eq!(node.json(["show", &seq])["blob_state"], json!("gone"));
    assert_eq!(node.json(["show", &kept])["blob_state"], json!("whole"));
    assert_eq!(links(&node), before);
    node.weft(["chain", "redact", &seq, "--reason", "again"]).fails(1, &["already"]);
    let again = node.json(["ipc", "send", "reader", &body(), "--id", ID]);
    assert_eq!((&again["repetition"], &again["payload_erased"]), (&json!(true), &json!(true)));
    node.json(["chain", "redact", &kept, "--reason", "it was to be forgotten"]);
    assert_eq!(blobs(&node), [""; 0].map(PathBuf::from));
    let needle = b"the end of it";
    for (path, bytes) in node.bytes() {
        let found = bytes.windows(needle.len()).any(|window| window == needle);
        assert!(!found, "{}", path.display());
    }
    node.done(["chain", "verify"]);
    assert_eq!(node.json(["replay", "--check"])["holds"], json!(true));
}

#[test]
fn a_backup_takes_blobs_along_and_an_export_does_not() {
    let (node, seq) = with_message();
    let root = node.json(["replay", "--check"])["state_root"].clone();
    let copy = Node::nowhere();
    let into = copy.data_dir();
    let done = node.json(["chain", "backup", into.to_str().unwrap()]);
    assert_eq!(done["blobs"], json!(1));
    assert_eq!(copy.json(["show", &seq])["content"]["text"], json!(body()));
    let there = Node::nowhere();
    let file = there.outside("log.jsonl");
    fs::write(&file, node.done(["chain", "export"])).unwrap();
    there.done(["chain", "import", file.to_str().unwrap()]);
    assert_eq!(there.json(["show", &seq])["blob_state"], json!("gone"));
    for node in [&copy, &there] {
        assert_eq!(node.json(["replay", "--check"])["state_root"], root);
    }
}

#[test]
fn nothing_but_collecting_removes_a_blob_without_a_name() {
    let (node, seq) = with_message();
    let stray = Blobs::new(Files::new(node.data_dir()));
    stray.store(&[9; 16], &mut &b"nobody names this"[..]).unwrap();
    fs::write(node.data_dir().join("blobs/0000-0.tmp"), b"cut short").unwrap();
    node.json(["tree", "put", "/docs/a"]);
    assert_eq!(blobs(&node).len(), 3);
    let dry = node.json(["chain", "collect", "--dry-run"]);
    let counts = (&dry["blobs"], &dry["unfinished"], &dry["bytes"], &dry["dry_run"]);
    assert_eq!(counts, (&json!(1), &json!(1), &json!(42), &json!(true)));
    assert_eq!(blobs(&node).len(), 3);
    let text = node.weft(["chain", "collect", "--dry-run"]).stdout;
    assert!(text.contains("1 blobs that no record names"), "{text}");
    assert_eq!(node.json(["chain", "collect"])["blobs"], json!(1));
    assert_eq!(blobs(&node).len(), 1);
    assert_eq!(node.json(["show", &seq])["blob_state"], json!("whole"));
    assert_eq!(node.json(["chain", "collect"])["bytes"], json!(0));
    let foreign = blobs(&node)[0].with_file_name("notes.txt");
    fs::write(&foreign, "mine").unwrap();
    node.weft(["chain", "collect"]).fails(6, &["notes.txt", "move it away"]);
    fs::remove_file(&foreign).unwrap();
    let daemon = super::daemon::Daemon::on(node);
    let ran = daemon.weft(["chain", "collect"]);
    assert!(ran.code == 7 || ran.code == 1, "{} {}", ran.code, ran.stderr);
    assert!(ran.stderr.contains("stop it"), "{}", ran.stderr);
}

//! Checkpoints, proofs and the guard, as an outsider and as somebody with an old copy meet them.

use super::node::Node;
use serde_json::json;
use std::fs;

fn signed() -> Node {
    let node = Node::fresh();
    for path in ["/docs/a", "/docs/b", "/docs/c"] {
        node.json(["tree", "put", path, "--meta", "word=secret"]);
    }
    node
}

#[test]
fn a_checkpoint_is_kept_and_continued() {
    let node = signed();
    let status = node.json(["chain", "status"]);
    assert_eq!(status["checkpoint"]["size"], json!(4));
    let note = node.json(["chain", "checkpoint"]);
    assert_eq!((&note["size"], &note["root"]), (&json!(4), &status["checkpoint"]["root"]));
    let old = node.outside("old.checkpoint");
    fs::write(&old, node.weft(["chain", "checkpoint"]).stdout).unwrap();
    assert_eq!(fs::read_to_string(&old).unwrap(), note["note"].as_str().unwrap());
    node.json(["tree", "put", "/docs/d"]);
    let new = node.outside("new.checkpoint");
    fs::write(&new, node.weft(["chain", "checkpoint"]).stdout).unwrap();
    let (old, new) = (old.to_str().unwrap(), new.to_str().unwrap());
    let consistent = node.json(["chain", "consistency", old, new]);
    assert_eq!((&consistent["old_size"], &consistent["new_size"]), (&json!(4), &json!(5)));
    assert!(!consistent["proof"].as_array().unwrap().is_empty());
    node.weft(["chain", "consistency", new, old]).fails(3, &["not in a tree"]);
    let forged = fs::read_to_string(new).unwrap().replace("\n5\n", "\n4\n");
    fs::write(new, forged).unwrap();
    node.weft(["chain", "consistency", old, new]).fails(6, &["signature"]);
    let report = node.json(["chain", "verify"]);
    assert_eq!(report["checkpoints"]["last"], json!(5));
    assert_eq!(
        (&report["guard"], &report["root"].as_str().map(str::len)),
        (&json!("holds"), &Some(64))
    );
}

#[test]
fn a_log_is_verified_on_from_a_checkpoint_that_was_kept() {
    let node = signed();
    let kept = node.outside("kept.checkpoint");
    let note = node.weft(["chain", "checkpoint"]).stdout;
    fs::write(&kept, &note).unwrap();
    let kept = kept.to_str().unwrap();
    for path in ["/docs/d", "/docs/e"] {
        node.json(["tree", "put", path]);
    }
    let (key, root) = {
        let note = node.json(["chain", "status"]);
        (note["public_key"].as_str().unwrap().to_owned(), note["checkpoint"]["root"].clone())
    };
    let whole = node.json(["chain", "verify"]);
    assert_eq!(whole["from"], json!(null));
    let from = node.json(["chain", "verify", "--from", kept, "--key", &key]);
    assert_eq!((&from["from"]["size"], &from["from"]["first_read"]), (&json!(4), &json!(3)));
    assert_eq!((&from["head"], &from["root"], &root), (&whole["head"], &whole["root"], &root));
    let text = node.weft(["chain", "verify", "--from", kept]).stdout;
    assert!(text.contains("3 records from 3 on") && text.contains("older ones were not read"));
    let (other, wrong) = (node.outside("other.checkpoint"), "11".repeat(32));
    let other_name = other.to_str().unwrap();
    node.weft(["chain", "verify", "--from", kept, "--key", &wrong]).fails(6, &["not signed by"]);
    node.weft(["chain", "verify", "--key", &key]).fails(2, &["--from"]);
    fs::write(&other, "garbage\n").unwrap();
    node.weft(["chain", "verify", "--from", other_name]).fails(2, &["no checkpoint"]);
    node.weft(["chain", "verify", "--from", "/nowhere"]).fails(1, &["/nowhere"]);
    fs::write(&other, note.replace("\n4\n", "\n3\n")).unwrap();
    node.weft(["chain", "verify", "--from", other_name])
        .fails(6, &["signature", "other.checkpoint"]);
    let stranger = signed();
    stranger.weft(["chain", "verify", "--from", kept]).fails(6, &["kept.checkpoint", "not of"]);
}

#[test]
fn a_proof_is_checked_without_the_node() {
    let node = signed();
    let key = node.json(["chain", "checkpoint"])["key"].as_str().unwrap().to_owned();
    let bare = node.json(["chain", "status"])["public_key"].as_str().unwrap().to_owned();
    let file = node.outside("2.tlog-proof");
    let file_name = file.to_str().unwrap().to_owned();
    let proof = node.weft(["chain", "prove", "2"]).stdout;
    assert!(proof.starts_with("c2sp.org/tlog-proof@v1\n"), "{proof}");
    fs::write(&file, &proof).unwrap();
    let stranger = Node::nowhere();
    let record = node.json(["show", "2"]);
    for key in [&key, &bare] {
        let checked = stranger.json(["chain", "check", &file_name, "--key", key]);
        assert_eq!((&checked["seq"], &checked["link"]), (&json!(2), &record["link"]));
        assert_eq!(
            (&checked["kind"], &checked["actor"]),
            (&json!("tree.put"), &json!("operator:1"))
        );
        assert_eq!((&checked["core"], &checked["payload"]), (&json!(null), &json!(null)));
    }
    fs::write(&file, node.weft(["chain", "prove", "2", "--reveal"]).stdout).unwrap();
    let checked = stranger.json(["chain", "check", &file_name, "--key", &key]);
    assert!(checked["payload"].as_str().unwrap().contains(&hex::encode("secret")));
    let damaged = fs::read_to_string(&file).unwrap().replace("index 2", "index 1");
    fs::write(&file, damaged).unwrap();
    let check = ["chain", "check", &file_name, "--key", &key];
    stranger.weft(check).fails(6, &["does not hold"]);
    stranger.weft(["chain", "check", &file_name, "--key", "abc"]).fails(2, &["64 hex digits"]);
    node.weft(["chain", "prove", "99"]).fails(3, &["record 99"]);
}

#[test]
fn an_old_copy_is_not_written_to() {
    let node = signed();
    let copy = node.outside("copy");
    let copied = |from: &std::path::Path, to: &std::path::Path| {
        fs::create_dir_all(to.join("log")).unwrap();
        for entry in fs::read_dir(from.join("log")).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), to.join("log").join(entry.file_name())).unwrap();
        }
        fs::copy(from.join("checkpoints"), to.join("checkpoints")).unwrap();
    };
    copied(&node.data_dir(), &copy);
    node.json(["tree", "put", "/docs/d"]);
    copied(&copy, &node.data_dir());
    node.weft(["tree", "put", "/docs/e"]).fails(6, &["contradicts its guard", "had 5"]);
    node.weft(["chain", "verify"]).fails(6, &["contradicts its guard"]);
    let read = node.weft(["log"]);
    assert!(read.code == 0 && read.stderr.contains("contradicts its guard"), "{}", read.stderr);
    fs::remove_file(node.data_dir().join("keys/log.key")).unwrap();
    fs::remove_dir_all(node.outside(".local/state/weft/guard")).unwrap();
    node.weft(["tree", "put", "/docs/e"]).fails(1, &["log.key"]);
}

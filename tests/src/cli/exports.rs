//! Exports and imports: one log on two nodes.

use super::daemon::Daemon;
use super::moving::{at_work, files, json_within, kill, roots, standing, story, until, within};
use super::node::Node;
use serde_json::{Value, json};
use std::fs;
use std::io::Write;
use std::process::Stdio;

/// Exports the whole log of a node into a file beside it.
fn exported(node: &Node) -> (String, Vec<u8>) {
    let file = node.outside("log.jsonl");
    let name = file.to_str().unwrap().to_owned();
    node.done(["chain", "export", "--out", &name]);
    (name, fs::read(file).unwrap())
}

#[test]
fn a_log_is_the_same_on_any_node() {
    let (here, there) = (story(), Node::nowhere());
    let (name, text) = exported(&here);
    let imported = there.json(["chain", "import", &name]);
    let status = here.json(["chain", "status"]);
    assert_eq!(
        json!([imported["log_id"], imported["size"], imported["head"], imported["checkpoint"]]),
        json!([status["log_id"], 8, status["head"], 8])
    );
    let copy = there.json(["chain", "status"]);
    assert_eq!(standing(&copy), standing(&status));
    assert_eq!(copy["checkpoint"], status["checkpoint"]);
    // The same tree, found anew; the same State after every record, by replay.
    let root = |node: &Node| node.json(["chain", "verify", "--independent"])["root"].clone();
    assert_eq!((root(&there), &root(&here)), (root(&here), &status["checkpoint"]["root"]));
    assert_eq!(roots(&there.data_dir()), roots(&here.data_dir()));
    assert!(there.done(["chain", "export"]).into_bytes() == text, "nothing was lost on the way");
    for verb in [&["ps"][..], &["tree", "list", "/", "--recursive"], &["show", "1"], &["show", "@"]]
    {
        let shown = |node: &Node| node.done(verb.iter().chain(&["-o", "json"]));
        let (mut ours, mut theirs) = (shown(&here), shown(&there));
        for text in [&mut ours, &mut theirs] {
            // Where a frame lies is a node's own.
            *text = text.split(",\"segment\":").next().unwrap().to_owned();
        }
        assert_eq!(ours, theirs, "{verb:?}");
    }
    let proof = there.outside("5.tlog-proof");
    fs::write(&proof, there.done(["chain", "prove", "5"])).unwrap();
    let key = status["public_key"].as_str().unwrap();
    let proved = here.json(["chain", "check", proof.to_str().unwrap(), "--key", key]);
    assert_eq!(proved["link"], here.json(["show", "5"])["link"]);
}

#[test]
fn a_running_kernel_s_log_is_exported_to_what_was_acknowledged() {
    let daemon = Daemon::start();
    let put = daemon.json(["tree", "put", "/docs/a"]);
    let text = daemon.done(["chain", "export"]);
    let last = text.lines().last().unwrap();
    assert!(last.contains(put["link"].as_str().unwrap()), "{last}");
    let there = Node::nowhere();
    let mut import = there.command(["chain", "import", "-"]);
    let mut child = import.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(there.json(["show", "@"])["link"], put["link"]);
}

#[test]
fn a_part_goes_to_a_file_that_was_not_there() {
    let node = story();
    let file = node.outside("part.jsonl");
    let name = file.to_str().unwrap();
    let export = ["chain", "export", "--from", "2", "--to", "@-1", "--out", name];
    let said = node.json(export);
    assert_eq!(
        json!([said["first"], said["end"], said["records"], said["head"]["seq"]]),
        json!([2, 7, 5, 6])
    );
    let text = fs::read_to_string(&file).unwrap();
    assert_eq!((text.len() as u64, text.lines().count()), (said["bytes"].as_u64().unwrap(), 7));
    let first: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    assert_eq!(json!([first["first"], first["end"]]), json!([2, 7]));
    let note = first["checkpoint"].as_str().unwrap();
    assert!(note.contains("\n7\n"), "the last checkpoint of at most seven records: {note}");
    // What is there stays as it is, and what was begun leaves nothing.
    node.weft(export).fails(1, &["part.jsonl", "already exists", "nothing was overwritten"]);
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
    let left = fs::read_dir(node.outside("")).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(left.filter(|name| name.to_string_lossy().contains(".part")).count(), 0);
    node.weft(["chain", "export", "--from", "99"]).fails(3, &["99", "not found"]);
    node.weft(["chain", "export", "--from", "3", "--to", "2"]).fails(2, &["lies behind"]);
    node.weft(["chain", "export", "--out", "/nowhere/x"]).fails(1, &["/nowhere/x"]);
    let there = Node::nowhere();
    there.weft(["chain", "import", name]).fails(1, &["line 1", "begins at record 2"]);
    assert!(!there.data_dir().exists());
}

#[test]
fn a_damaged_log_makes_no_export() {
    let node = story();
    let file = node.outside("log.jsonl");
    let offset = node.json(["show", "3"])["offset"].as_u64().unwrap();
    let mut bytes = fs::read(node.segment()).unwrap();
    bytes[usize::try_from(offset).unwrap() + 170] ^= 1;
    fs::write(node.segment(), bytes).unwrap();
    node.weft(["chain", "export", "--out", file.to_str().unwrap()]).fails(6, &["record 3"]);
    assert!(!file.exists());
    assert_eq!(node.weft(["chain", "export"]).stdout, "");
}

#[test]
fn every_line_of_an_export_that_is_cut_or_changed_is_named() {
    let node = story();
    let (_, text) = exported(&node);
    let there = Node::nowhere();
    let file = there.outside("bad.jsonl");
    let check = |bad: &[u8], words: &[&str]| {
        fs::write(&file, bad).unwrap();
        there.weft(["chain", "import", file.to_str().unwrap()]).fails(6, words);
        assert!(!there.data_dir().exists(), "nothing is left");
    };
    let ends: Vec<usize> =
        text.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at).collect();
    assert_eq!(ends.len(), 10);
    let mut start = 0;
    for (line, end) in (1..).zip(ends) {
        let named = format!("line {line} of the export");
        for at in [start, (start + end) / 2, end - 3] {
            let mut bad = text.clone();
            bad[at] ^= 1;
            check(&bad, &[&named]);
            check(&text[..at], &[&named]);
        }
        start = end + 1;
    }
    let trailing = [&text[..], b"{}\n"].concat();
    check(&trailing, &["line 11 of the export", "something follows"]);
    check(b"", &["line 1 of the export"]);
    check(b"hello\n", &["line 1 of the export", "byte 0"]);
}

#[test]
fn an_import_that_names_its_log_takes_no_other() {
    let (node, there) = (story(), Node::nowhere());
    let (name, _) = exported(&node);
    let id = node.json(["chain", "status"])["log_id"].as_str().unwrap().to_owned();
    let other = "00".repeat(32);
    there.weft(["chain", "import", &name, "--log-id", &other]).fails(6, &[&id, &other]);
    there.weft(["chain", "import", &name, "--log-id", "abc"]).fails(2, &["64 hex digits"]);
    assert!(!there.data_dir().exists());
    there.done(["chain", "import", &name, "--log-id", &id]);
}

#[test]
fn nothing_is_imported_over_anything() {
    let (node, there) = (story(), Node::nowhere());
    let (name, _) = exported(&node);
    let before = node.bytes();
    node.weft(["chain", "import", &name]).fails(1, &["is not empty"]);
    assert!(node.bytes() == before);
    fs::create_dir(there.data_dir()).unwrap();
    fs::write(there.data_dir().join("letter"), "dear").unwrap();
    there.weft(["chain", "import", &name]).fails(1, &["is not empty"]);
    fs::remove_file(there.data_dir().join("letter")).unwrap();
    there.done(["chain", "import", &name]);
    let copy = files(&there.data_dir());
    there.weft(["chain", "import", &name]).fails(1, &["exists"]);
    assert!(files(&there.data_dir()) == copy);
}

#[test]
fn an_import_that_is_killed_leaves_no_log_and_is_done_again() {
    let (node, there) = (story(), Node::nowhere());
    let (name, text) = exported(&node);
    let mut child = at_work(&there, &["chain", "import", "-"]);
    let mut stdin = child.stdin.take().unwrap();
    let third = text.split_inclusive(|byte| *byte == b'\n').take(3).map(<[u8]>::len).sum();
    stdin.write_all(&text[..third]).unwrap();
    let staged = there.data_dir().join("log/00000000000000000000.seg.tmp");
    until("the import begins", || staged.exists());
    // While it is at work, nobody else begins, and nobody takes it for a log.
    there.weft(["chain", "import", &name]).fails(7, &["locked"]);
    kill(child);
    drop(stdin);
    assert!(staged.exists());
    for verb in [&["log"][..], &["chain", "verify"], &["tree", "put", "/x"], &["kernel", "start"]] {
        there.weft(verb).fails(1, &["has not come to its end", "run it again"]);
    }
    there.weft(["init"]).fails(1, &["is not empty"]);
    let imported = there.json(["chain", "import", &name]);
    assert_eq!(imported["size"], json!(8));
    assert!(!staged.exists());
    assert!(there.done(["chain", "export"]).into_bytes() == text);
}

#[test]
fn a_copy_that_is_older_than_the_log_is_not_damaged() {
    let node = story();
    let (name, _) = exported(&node);
    let copy = node.outside("copy");
    let import = within(&node, &copy, &["chain", "import", &name]);
    assert!(import.code == 0 && import.stderr.contains("read-only copy"), "{}", import.stderr);
    assert_eq!(json_within(&node, &copy, &["chain", "verify"])["guard"], json!("holds"));
    node.done(["tree", "put", "/docs/later"]);
    let verified = within(&node, &copy, &["chain", "verify"]);
    assert!(
        verified.code == 0 && verified.stdout.contains("has gone on since"),
        "{}",
        verified.stdout
    );
    assert_eq!(json_within(&node, &copy, &["chain", "verify"])["guard"], json!("ahead"));
    // One that went another way is damaged, whoever holds it.
    let other = Node::under_law("environment development", "environment staging");
    let guards = node.outside(".local/state/weft/guard");
    let guard = |node: &Node| {
        let id = node.json(["chain", "status"])["log_id"].as_str().unwrap().to_owned();
        node.outside(".local/state/weft/guard").join(id)
    };
    other.done(["tree", "put", "/docs/a"]);
    fs::copy(guard(&other), guard(&node)).unwrap();
    assert!(guards.exists());
    within(&node, &copy, &["chain", "verify"]).fails(6, &["contradicts its guard"]);
}

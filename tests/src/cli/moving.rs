//! What the tests of copies, backups and forks share: a node with a bit of everything in it, and what it
//! amounts to.

use super::node::{Node, Ran};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use weft_projections::{Digest, Seq};
use weft_runtime::{Inspection, Native, replay};

/// How long anything may take; only a failing test takes so long.
const LONGEST: Duration = Duration::from_secs(60);

/// Records with payloads, a process with a grant, a rejection, a removal: 8 records.
pub(super) fn story() -> Node {
    let node = Node::fresh();
    node.done(["tree", "put", "/docs/a", "--meta", "word=secret"]);
    node.done(["tree", "put", "/docs/b", "--meta", "word=other"]);
    node.spawn("reader");
    node.done(["capability", "grant", "reader", "--can", "put:/docs"]);
    assert_eq!(node.weft(["tree", "put", "/kernel/x"]).code, 1);
    node.done(["tree", "remove", "/docs/b"]);
    node.done(["ipc", "send", "reader", "a message"]);
    node
}

/// The State's root after every record of the log in a folder, by replay.
pub(super) fn roots(data_dir: &Path) -> Vec<Digest> {
    let inspection = Inspection::open(&Native::new(data_dir)).unwrap();
    let last = inspection.published.head.seq;
    let folded = inspection.published.state.root();
    let roots: Vec<Digest> =
        (0..=last.0).map(|seq| replay(inspection.reader(), Seq(seq)).unwrap().root()).collect();
    assert_eq!(roots.last(), Some(&folded));
    roots
}

/// Every file of a folder, by path; but for the lock's, which says who held it last.
pub(super) fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.file_name().is_some_and(|name| name != "lock") {
            let bytes = fs::read(&path).unwrap();
            found.push((path, bytes));
        }
    }
    found.sort();
    found
}

/// The node in another folder than its own, with the same home.
pub(super) fn within(node: &Node, folder: &Path, arguments: &[&str]) -> Ran {
    let mut command = node.command(arguments);
    Ran::from(command.arg("--data-dir").arg(folder).output().unwrap())
}

/// The same, which must succeed, with `-o json`.
pub(super) fn json_within(node: &Node, folder: &Path, arguments: &[&str]) -> Value {
    let ran = within(node, folder, &[arguments, &["-o", "json"]].concat());
    assert_eq!(ran.code, 0, "{arguments:?}: {}{}", ran.stdout, ran.stderr);
    ran.document()
}

/// What two copies of one log have in common.
pub(super) fn standing(status: &Value) -> Value {
    json!([status["log_id"], status["size"], status["head"], status["public_key"]])
}

/// Waits until something is so, which another process makes.
pub(super) fn until(what: &str, is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < LONGEST, "{what}");
        std::thread::yield_now();
    }
}

/// Kills a process and waits for its end.
pub(super) fn kill(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

/// A blob that nobody can read to its end, in the folder of a log: whoever copies it waits for ever.
pub(super) fn endless_blob(folder: &Path) -> PathBuf {
    let blobs = folder.join("blobs/ab");
    fs::create_dir_all(&blobs).unwrap();
    let path = blobs.join("c".repeat(62));
    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    path
}

/// Starts the binary and leaves it at work.
pub(super) fn at_work(node: &Node, arguments: &[&str]) -> Child {
    let mut command = node.command(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

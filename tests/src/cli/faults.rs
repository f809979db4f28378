//! The rows of docs/reliability.md that an operator meets at the command line: damaged checkpoints and
//! guards, derived files that are gone, full and unreadable disks.

use super::node::{Node, Ran};
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A node whose checkpoint covers its four records.
fn signed() -> Node {
    let node = Node::fresh();
    for path in ["/docs/a", "/docs/b", "/docs/c"] {
        node.done(["tree", "put", path, "--meta", "k=v"]);
    }
    node
}

/// Everything but the name of who holds the lock, which who is refused leaves behind as well.
fn evidence(node: &Node) -> Vec<(PathBuf, Vec<u8>)> {
    let is_lock = |path: &Path| path.file_name().is_some_and(|name| name == "lock");
    node.bytes().into_iter().filter(|(path, _)| !is_lock(path)).collect()
}

fn guard_of(node: &Node) -> PathBuf {
    let folder = node.outside(".local/state/weft/guard");
    let mut guards = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let guard = guards.next().unwrap();
    assert!(guards.next().is_none(), "there is one guard");
    guard
}

/// Turns a bit over near the end of a file: in a note that is its signature.
fn damage(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    let at = bytes.len() - 20;
    bytes[at] ^= 1;
    fs::write(path, bytes).unwrap();
}

#[test]
fn a_damaged_checkpoint_is_6_with_its_place_whatever_is_asked() {
    let node = signed();
    damage(&node.data_dir().join("checkpoints"));
    let before = evidence(&node);
    for verb in [&["chain", "verify"][..], &["chain", "status"], &["log"], &["tree", "put", "/a"]] {
        node.weft(verb).fails(6, &["checkpoints byte"]);
    }
    assert!(evidence(&node) == before, "the evidence is as it was");
}

#[test]
fn a_damaged_guard_is_6_for_who_writes_and_a_remark_for_who_reads() {
    let node = signed();
    damage(&guard_of(&node));
    let before = evidence(&node);
    for verb in [&["chain", "verify"][..], &["tree", "put", "/a"]] {
        node.weft(verb).fails(6, &["contradicts its guard", "no checkpoint of this log"]);
    }
    let read = node.weft(["log"]);
    assert!(read.code == 0 && read.stderr.contains("contradicts its guard"), "{}", read.stderr);
    assert!(evidence(&node) == before, "the evidence is as it was");
}

#[test]
fn derived_files_may_be_deleted_while_the_node_is_stopped() {
    let node = Node::fresh();
    node.fill(600);
    node.done(["tree", "put", "/docs/a"]);
    let answers = || -> Vec<String> {
        let verbs: [&[&str]; 5] = [
            &["chain", "status"],
            &["chain", "verify", "-o", "json"],
            &["chain", "prove", "17"],
            &["log", "--reverse", "-o", "json"],
            &["tree", "list", "--at", "300"],
        ];
        verbs.iter().map(|verb| node.done(*verb)).collect()
    };
    let before = answers();
    let derived = ["tile", "index", "snapshots"].map(|name| node.data_dir().join(name));
    let there: Vec<&PathBuf> = derived.iter().filter(|folder| folder.exists()).collect();
    assert!(there.contains(&&derived[0]), "a log of 602 records has full tiles");
    for folder in there {
        fs::remove_dir_all(folder).unwrap();
        assert_eq!(answers(), before, "without {}", folder.display());
        node.done(["tree", "put", "/docs/a", "--dry-run"]);
    }
    // A writer makes again what it needs, and runs nothing twice that it knew before.
    let id = ["--id", "0190f3c0-0000-7000-8000-000000000003"];
    let first = node.json(["tree", "put", "/docs/b"].iter().chain(&id));
    for folder in derived.iter().filter(|folder| folder.exists()) {
        fs::remove_dir_all(folder).unwrap();
    }
    let again = node.json(["tree", "put", "/docs/b"].iter().chain(&id));
    assert_eq!((&again["seq"], &again["link"]), (&first["seq"], &first["link"]));
    assert_eq!(node.size(), 603);
    assert_eq!(node.done(["chain", "prove", "17"]).lines().next(), before[2].lines().next());
}

/// The binary under strace, which lets some calls on the segment fail.
fn weft_while(node: &Node, inject: &str, arguments: &[&str]) -> Ran {
    let weft = node.command(arguments);
    let mut traced = Command::new("strace");
    traced.args(["-f", "-qq", "-o", "/dev/null", "-P"]).arg(node.segment());
    traced.args(["-e", &format!("inject={inject}")]);
    traced.arg(weft.get_program()).args(weft.get_args());
    traced.env("WEFT_HOME", node.data_dir()).env("HOME", node.outside(""));
    Ran::from(traced.output().expect("strace is needed for this test: apt-get install strace"))
}

#[test]
fn a_full_disk_is_9_before_anything_is_written() {
    let node = signed();
    let put = ["tree", "put", "/docs/d"];
    let before = fs::read(node.segment()).unwrap();
    weft_while(&node, "fallocate:error=ENOSPC", &put).fails(9, &["no space left"]);
    assert!(fs::read(node.segment()).unwrap() == before, "the log is as it was");
    assert_eq!(node.size(), 4, "reading goes on");
    node.done(put);
}

#[test]
fn a_disk_that_fills_up_under_a_write_is_10_and_the_same_id_finds_out() {
    let put = ["tree", "put", "/docs/d", "--id", "0190f3c0-0000-7000-8000-000000000004"];
    let mut unknown = 0;
    for nth in 1..=3 {
        let node = signed();
        let ran = weft_while(&node, &format!("pwrite64:error=ENOSPC:when={nth}"), &put);
        assert!([0, 9, 10].contains(&ran.code), "{nth}: {} {}", ran.code, ran.stderr);
        unknown += u32::from(ran.code == 10);
        assert_eq!(node.json(put)["seq"], json!(4), "{nth}");
        assert_eq!((node.size(), node.weft(["chain", "verify"]).code), (5, 0), "{nth}");
    }
    assert_eq!(unknown, 1, "one of the writes is the command's own");
}

#[test]
fn a_segment_that_cannot_be_read_is_1_and_no_damage() {
    let node = signed();
    let before = evidence(&node);
    for verb in [&["chain", "verify"][..], &["log"], &["tree", "put", "/docs/d"]] {
        for nth in 1.. {
            let ran = weft_while(&node, &format!("pread64:error=EIO:when={nth}"), verb);
            if ran.code == 0 {
                assert!(nth > 2, "{verb:?}: nothing was read");
                break;
            }
            ran.fails(1, &["cannot read", "Input/output error"]);
            assert!(evidence(&node) == before, "{verb:?} read {nth}");
        }
    }
    assert_eq!(node.size(), 5);
}

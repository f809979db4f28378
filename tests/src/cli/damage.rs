//! Damaged, cut, foreign and read-only data directories.

use super::node::{Node, Ran};
use serde_json::{Value, json};
use std::fs::{self, OpenOptions, Permissions};
use std::io::Write;
use std::os::unix::fs::{FileExt, MetadataExt, PermissionsExt, symlink};
use std::os::unix::process::CommandExt;

/// A node of four records, each of a batch of its own.
fn settled() -> Node {
    let node = Node::fresh();
    for path in ["/docs/a", "/docs/b", "/docs/c"] {
        node.done(["tree", "put", path, "--meta", "k=v"]);
    }
    node
}

fn flip(node: &Node, offset: u64) {
    let file = OpenOptions::new().read(true).write(true).open(node.segment()).unwrap();
    let mut byte = [0];
    file.read_exact_at(&mut byte, offset).unwrap();
    file.write_all_at(&[byte[0] ^ 1], offset).unwrap();
}

fn offset_of(node: &Node, seq: &str) -> u64 {
    node.json(["show", seq])["offset"].as_u64().unwrap()
}

#[test]
fn a_flipped_bit_is_6_with_its_place_whatever_is_asked() {
    let node = settled();
    let offset = offset_of(&node, "1");
    flip(&node, offset + 170);
    let before = node.bytes();
    let place = ["record 1", "log/00000000000000000000.seg", &format!("byte {offset}")];
    let verbs: [&[&str]; 8] = [
        &["chain", "verify"],
        &["chain", "verify", "--independent"],
        &["replay", "--check"],
        &["chain", "status"],
        &["log"],
        &["tree", "list"],
        &["tree", "put", "/docs/d"],
        &["tree", "put", "/docs/d", "--dry-run"],
    ];
    for verb in verbs {
        node.weft(verb).fails(6, &place);
    }
    assert_eq!(node.bytes().len(), before.len(), "no file came or went");
    assert_eq!(fs::read(node.segment()).unwrap(), segment_of(&before), "the evidence is as it was");
}

fn segment_of(bytes: &[(std::path::PathBuf, Vec<u8>)]) -> Vec<u8> {
    bytes
        .iter()
        .find(|(path, _)| path.extension().is_some_and(|extension| extension == "seg"))
        .unwrap()
        .1
        .clone()
}

#[test]
fn verification_names_the_first_bad_record_for_machines() {
    let node = settled();
    let offset = offset_of(&node, "2");
    flip(&node, offset + 40);
    let ran = node.weft(["chain", "verify", "-o", "json"]);
    assert_eq!(ran.code, 6, "{}", ran.stderr);
    let report = ran.document();
    assert_eq!(
        (&report["verified"], &report["seq"], &report["offset"]),
        (&json!(false), &json!(2), &json!(offset))
    );
    assert_eq!(report["segment"], json!("log/00000000000000000000.seg"));
    assert_eq!(report["class"], json!("bad-crc"));
    assert!(!report["reason"].as_str().unwrap().is_empty());
    let error: Value = serde_json::from_str(&ran.stderr).unwrap();
    assert_eq!(error["error"]["code"], json!("integrity"));
    assert_eq!(error["error"]["class"], json!("bad-crc"));
    let text = node.weft(["chain", "verify"]);
    assert!(
        text.stdout.contains("first bad record  2") && text.stdout.contains("reason"),
        "{}",
        text.stdout
    );
}

#[test]
fn a_torn_tail_is_reported_by_readers_and_saved_by_the_next_writer() {
    let node = settled();
    let whole = fs::read(node.segment()).unwrap();
    let torn = b"half a frame that a crash left behind";
    OpenOptions::new().append(true).open(node.segment()).unwrap().write_all(torn).unwrap();
    let report = node.json(["chain", "verify"]);
    assert_eq!((&report["verified"], &report["size"]), (&json!(true), &json!(4)));
    assert_eq!(
        (&report["torn"]["seq"], &report["torn"]["offset"], &report["torn"]["bytes"]),
        (&json!(4), &json!(whole.len()), &json!(torn.len()))
    );
    assert_eq!(report["torn"]["class"], json!("torn-tail"));
    assert!(node.weft(["chain", "verify"]).stdout.contains("torn-tail"));
    let read = node.weft(["log"]);
    assert!(read.code == 0 && read.stderr.contains("no whole record"), "{}", read.stderr);
    assert_eq!(node.weft(["log", "--quiet"]).stderr, "", "a remark is not an error");
    let wrote = node.weft(["tree", "put", "/docs/d"]);
    assert!(wrote.code == 0 && wrote.stderr.contains("saved as log/torn-4-"), "{}", wrote.stderr);
    let saved = node
        .bytes()
        .into_iter()
        .find(|(path, _)| path.to_string_lossy().contains("torn-4-"))
        .unwrap()
        .1;
    assert!(saved.starts_with(torn), "every byte is kept");
    assert_eq!(node.weft(["chain", "verify"]).stderr, "");
    assert_eq!(node.size(), 5);
}

#[test]
fn a_cut_log_is_an_error_or_a_torn_tail_and_never_a_panic() {
    let node = settled();
    let whole = fs::read(node.segment()).unwrap();
    let last = offset_of(&node, "3") as usize;
    let check = |length: usize, code: i32| {
        fs::write(node.segment(), &whole[..length]).unwrap();
        let ran = node.weft(["chain", "verify"]);
        assert!(
            ran.code == code && !ran.stderr.contains("panicked"),
            "{length}: {} {}",
            ran.code,
            ran.stderr
        );
    };
    // With its checkpoint beside it, every cut of the log is a loss.
    for length in [0, 1, 63, 64, 65, 200, last, last + 100, whole.len() - 1] {
        check(length, 6);
    }
    fs::remove_file(node.data_dir().join("checkpoints")).unwrap();
    for length in [0, 1, 63, 64, 65, 200] {
        check(length, 6);
    }
    // Without that the guard still knows how long it was.
    for length in [last, last + 100] {
        check(length, 6);
        node.weft(["tree", "put", "/lost"]).fails(6, &["contradicts its guard"]);
    }
    fs::remove_dir_all(node.outside(".local/state/weft/guard")).unwrap();
    check(last + 100, 0);
    check(last, 0);
    assert_eq!(node.size(), 3);
}

#[test]
fn a_foreign_folder_is_no_node_and_stays_as_it_is() {
    let node = Node::nowhere();
    fs::create_dir(node.data_dir()).unwrap();
    fs::write(node.data_dir().join("letter.txt"), "dear").unwrap();
    let before = node.bytes();
    for verb in [&["log"][..], &["tree", "put", "/a"], &["chain", "verify"]] {
        node.weft(verb).fails(3, &["no node in"]);
    }
    fs::create_dir(node.data_dir().join("log")).unwrap();
    fs::write(node.data_dir().join("log/syslog"), "line\n").unwrap();
    for verb in [&["log"][..], &["tree", "put", "/a"], &["chain", "verify"]] {
        let ran = node.weft(verb);
        assert!([3, 6].contains(&ran.code), "{} {}", ran.code, ran.stderr);
    }
    assert_eq!(node.bytes().len(), before.len() + 1, "nothing but the file that was put there");

    let file = Node::nowhere();
    fs::write(file.data_dir(), "a file").unwrap();
    file.weft(["log"]).fails(3, &["no node in"]);
    file.weft(["init"]).fails(1, &["error"]);
    assert_eq!(fs::read(file.data_dir()).unwrap(), b"a file");
}

#[test]
fn something_named_keys_makes_no_node() {
    let node = Node::nowhere();
    fs::create_dir_all(node.data_dir().join("keys")).unwrap();
    node.weft(["log"]).fails(3, &["no node in"]);
    node.weft(["log", "--data-dir", "/proc"]).fails(3, &["no node in /proc"]);
}

#[test]
fn a_node_is_not_born_through_a_dangling_link() {
    let node = Node::nowhere();
    symlink("nowhere", node.data_dir()).unwrap();
    for dry_run in [&["--dry-run"][..], &[]] {
        node.weft(["init"].iter().chain(dry_run)).fails(1, &["leads nowhere", "hint:"]);
    }
    assert!(node.data_dir().is_symlink() && fs::read_dir(node.outside("")).unwrap().count() == 1);
}

#[test]
fn a_stranger_in_the_log_folder_is_6() {
    let node = settled();
    fs::write(node.data_dir().join("log/notes.txt"), "hello").unwrap();
    node.weft(["chain", "verify"]).fails(6, &["notes.txt"]);
    node.weft(["tree", "put", "/a"]).fails(6, &["notes.txt"]);
}

#[test]
fn segments_of_another_log_are_6() {
    let (node, other) = (settled(), settled());
    let first = fs::read(other.segment()).unwrap();
    let cut = offset_of(&node, "2") as usize;
    let mut mixed = fs::read(node.segment()).unwrap()[..cut].to_vec();
    mixed.extend_from_slice(&first[offset_of(&other, "2") as usize..]);
    fs::write(node.segment(), mixed).unwrap();
    let ran = node.weft(["chain", "verify", "-o", "json"]);
    // Frames are bound to their segment's nonce: strange ones are no frames at all.
    let report = ran.document();
    let named = if ran.code == 0 { &report["torn"]["seq"] } else { &report["seq"] };
    assert_eq!(named, &json!(2), "{report}");
}

/// Runs the binary as somebody who may not write here, even when the tests run as root.
fn as_reader(node: &Node, arguments: &[&str]) -> Ran {
    let mut command = node.command(arguments);
    if fs::metadata("/proc/self").unwrap().uid() == 0 {
        command.uid(65_534).gid(65_534);
    }
    Ran::from(command.output().unwrap())
}

#[test]
fn a_read_only_data_directory_can_be_read() {
    let node = settled();
    let open = |path: &std::path::Path, mode| {
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    };
    for (path, mode) in [
        ("node/log/00000000000000000000.seg", 0o444),
        ("node/keys/operator.key", 0o444),
        ("node/keys/log.key", 0o444),
    ] {
        open(&node.outside(path), mode);
    }
    for path in ["", "node", "node/log", "node/keys"] {
        open(&node.outside(path), 0o555);
    }
    let before = node.bytes();
    for verb in [
        &["log"][..],
        &["ps"],
        &["tree", "list"],
        &["chain", "status"],
        &["chain", "verify"],
        &["show", "@"],
        &["tree", "put", "/a", "--dry-run"],
    ] {
        let ran = as_reader(&node, verb);
        assert_eq!(ran.code, 0, "{verb:?} {}", ran.stderr);
    }
    as_reader(&node, &["tree", "put", "/docs/d"]).fails(1, &["ermission denied", "hint:"]);
    let elsewhere = node.outside("other");
    for dry_run in [&["--dry-run"][..], &[]] {
        let init = ["init", "--data-dir", elsewhere.to_str().unwrap()];
        as_reader(&node, &[&init, dry_run].concat()).fails(1, &["ermission denied", "hint:"]);
    }
    assert_eq!(node.bytes(), before);
    for path in ["", "node", "node/log", "node/keys"] {
        open(&node.outside(path), 0o755);
    }
}

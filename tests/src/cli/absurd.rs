//! Arguments that nobody means well with.

use super::node::Node;
use serde_json::json;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

#[test]
fn absurd_records_are_refused() {
    let node = Node::fresh();
    let long = "9".repeat(10_000);
    for (name, code) in [
        ("18446744073709551615", 3),
        ("18446744073709551616", 2),
        (long.as_str(), 2),
        ("", 2),
        ("@-18446744073709551615", 3),
        ("@-18446744073709551616", 2),
        ("-1", 2),
        ("@@", 2),
        ("link:", 2),
        ("链", 2),
        ("99999-01-01T00:00:00Z", 2),
        ("9999-12-31T23:59:60Z", 2),
    ] {
        let ran = node.weft(["show", name]);
        assert!(
            [code, 0].contains(&ran.code) && !ran.stderr.contains("panicked"),
            "{name}: {}",
            ran.stderr
        );
        assert!(ran.code == code || name.contains(":60Z"), "{name}: {}{}", ran.code, ran.stderr);
    }
}

#[test]
fn absurd_paths_and_keys_are_refused_and_strange_ones_kept() {
    let node = Node::fresh();
    let long = format!("/{}", "x".repeat(256));
    let deep = "/a".repeat(33);
    for path in ["", "/", "//", "/a/", "/a//b", "/.", "/..", "/a\n", "/\u{1b}[2J", &long, &deep] {
        let ran = node.weft(["tree", "put", path]);
        let expected = if path == "/" { 1 } else { 2 };
        ran.fails(expected, &["error"]);
    }
    for path in ["/ ", "/naïve", "/日本/🦀", "/a b", "/\u{202e}reversed", "/--help"] {
        node.done(["tree", "put", path, "--meta", "name=\u{1b}[31m🦀\u{202e}"]);
        assert_eq!(
            node.json(["tree", "show", path])["metadata"]["name"],
            json!("\u{1b}[31m🦀\u{202e}")
        );
        let text = node.done(["tree", "show", path]);
        assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'), "{text:?}");
    }
    let listed = node.done(["tree", "list"]) + &node.done(["log"]) + &node.done(["show", "@"]);
    assert!(!listed.contains('\u{1b}') && !listed.contains('\u{202e}'), "{listed:?}");
}

#[test]
fn too_many_keys_are_refused() {
    let node = Node::fresh();
    let metadata =
        |count: usize| (0..count).map(|number| format!("--meta=k{number}=")).collect::<Vec<_>>();
    let put = ["tree", "put", "/docs/a"].map(str::to_owned);
    node.weft(put.iter().chain(&metadata(65))).fails(2, &["65 metadata keys", "at most 64"]);
    node.done(put.iter().chain(&metadata(64)));
    assert_eq!(node.json(["tree", "show", "/docs/a"])["metadata"].as_object().unwrap().len(), 64);
}

#[test]
fn bytes_that_are_no_text_are_no_name_but_may_be_a_folder() {
    let node = Node::nowhere();
    let odd = OsStr::from_bytes(b"odd-\xff-name");
    let folder = node.outside("x").parent().unwrap().join(odd);
    let with_folder = |verb: &[&str]| {
        let arguments: Vec<&OsStr> = verb
            .iter()
            .map(OsStr::new)
            .chain([OsStr::new("--data-dir"), folder.as_os_str()])
            .collect();
        node.weft(arguments)
    };
    assert_eq!(with_folder(&["init"]).code, 0);
    assert_eq!(with_folder(&["tree", "put", "/a"]).code, 0);
    assert_eq!(with_folder(&["chain", "verify"]).code, 0);
    assert_eq!(with_folder(&["log", "-o", "json"]).stdout.lines().count(), 2);
    node.weft([OsStr::new("show"), odd]).fails(2, &["error"]);
    node.weft([OsStr::new("tree"), OsStr::new("put"), odd]).fails(2, &["error"]);
}

#[test]
fn absurd_lengths_of_time_are_refused() {
    let node = Node::fresh();
    for since in ["", "-1h", "1e9h", "99999999999999999999d", "1y"] {
        node.weft(["log", "--since", since]).fails(2, &["error"]);
    }
    node.done(["log", "--since", "213503982334d"]);
    let grant = ["cap", "grant", "1", "--can", "*:*", "--dry-run", "--expires", "+213503982334d"];
    node.weft(grant).fails(3, &["no holder"]);
}

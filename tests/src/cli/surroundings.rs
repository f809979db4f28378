//! Environment variables, pipes and places.

use super::node::{Node, Ran};
use serde_json::json;
use std::io::Read;
use std::process::Stdio;

#[test]
fn a_closed_pipe_ends_it_quietly() {
    let node = Node::fresh();
    for _ in 0..3 {
        node.done(["tree", "put", "/docs/a"]);
    }
    let verbs: [&[&str]; 5] =
        [&["log"], &["log", "-o", "json"], &["show", "0"], &["--help"], &["completions", "bash"]];
    for verb in verbs {
        let mut child =
            node.command(verb).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // Dropped before or while the binary writes: either way nobody reads.
        drop(child.stdout.take());
        let mut stderr = String::new();
        child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        assert_eq!((child.wait().unwrap().code(), stderr.as_str()), (Some(0), ""), "{verb:?}");
    }
}

#[test]
fn a_full_disk_under_the_output_is_an_error() {
    let node = Node::fresh();
    let Ok(full) = std::fs::OpenOptions::new().write(true).open("/dev/full") else {
        panic!("this test needs /dev/full");
    };
    let onto = |node: &Node, arguments: &[&str]| {
        let stdout = full.try_clone().unwrap();
        Ran::from(node.command(arguments).stdout(stdout).output().unwrap())
    };
    onto(&node, &["log"]).fails(9, &["cannot write the output"]);
    onto(&node, &["tree", "put", "/a", "--dry-run"]).fails(9, &["cannot write the output"]);
    assert_eq!(node.size(), 1);
    onto(&node, &["tree", "put", "/a"]).fails(9, &["recorded as 1", "`weft show 1`"]);
    assert_eq!(node.size(), 2);
    let other = Node::nowhere();
    onto(&other, &["init"]).fails(9, &["recorded as 0"]);
    assert_eq!(other.size(), 1);
}

#[test]
fn the_place_is_the_argument_then_the_variable_then_the_default() {
    let node = Node::nowhere();
    let bare = |arguments: &[&str]| {
        let mut command = node.command(arguments);
        command.env_remove("WEFT_HOME");
        command
    };
    let place = |command: &mut std::process::Command| {
        let ran = Ran::from(command.args(["init", "-o", "json"]).output().unwrap());
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        ran.document()["data_dir"].clone()
    };
    let below = |path: &str| json!(node.outside(path).canonicalize().unwrap());
    assert_eq!(place(&mut bare(&[])), below(".local/share/weft"));
    assert_eq!(place(bare(&[]).env("XDG_DATA_HOME", node.outside("data"))), below("data/weft"));
    assert_eq!(
        place(bare(&[]).env("XDG_DATA_HOME", "relative/is/ignored").env("HOME", node.outside("h"))),
        below("h/.local/share/weft")
    );
    assert_eq!(place(&mut node.command([""; 0])), below("node"));
    assert_eq!(
        place(&mut node.command(["--data-dir", node.outside("given").to_str().unwrap()])),
        below("given")
    );
    let nothing = Ran::from(bare(&["log"]).env_remove("HOME").output().unwrap());
    nothing.fails(2, &["no data directory", "--data-dir"]);
    node.weft(["log", "--data-dir", ""]).fails(2, &["--data-dir"]);
    let empty = Ran::from(bare(&["log"]).env("WEFT_HOME", "").output().unwrap());
    empty.fails(2, &["WEFT_HOME is empty"]);
}

#[test]
fn a_relative_place_and_an_empty_folder_will_do() {
    let node = Node::nowhere();
    std::fs::create_dir(node.data_dir()).unwrap();
    let mut init = node.command(["init", "--data-dir", "."]);
    let ran = Ran::from(init.current_dir(node.data_dir()).output().unwrap());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(node.size(), 1);
}

#[test]
fn global_options_stand_before_or_after_the_verb() {
    let node = Node::fresh();
    let after = node.done(["chain", "status", "-o", "json", "--no-input", "--quiet"]);
    for arguments in [
        &["-o", "json", "chain", "status"][..],
        &["chain", "-o", "json", "status"],
        &["--quiet", "--no-input", "--output=json", "chain", "status"],
    ] {
        assert_eq!(node.done(arguments), after, "{arguments:?}");
    }
}

#[test]
fn quiet_keeps_remarks_to_itself() {
    let node = Node::nowhere();
    let ran = node.weft(["init", "--quiet"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let ran = node.weft(["tree", "put", "/a", "--dry-run", "-q"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    node.weft(["show", "9", "-q"]).fails(3, &["record 9 not found"]);
}

//! One exit code for each kind of failure.

use super::node::{Node, Ran};
use serde_json::{Value, json};
use std::fs;
use std::process::Command;

#[test]
fn usage_is_2() {
    let node = Node::fresh();
    let wrong: [&[&str]; 16] = [
        &["fly"],
        &["tree", "put"],
        &["tree", "put", "docs/a"],
        &["tree", "put", "/docs/../a"],
        &["tree", "put", "/a", "--meta", "novalue"],
        &["tree", "put", "/a", "--meta", "Bad Key=1"],
        &["tree", "put", "/a", "--meta", "k=1", "--meta", "k=2"],
        &["tree", "put", "/a", "--id", "12"],
        &["tree", "put", "/a", "--id", "00000000-0000-0000-0000-000000000000"],
        &["capability", "grant", "1", "--can", "fly:moon"],
        &["capability", "grant", "1", "--can", "put:/a", "--expires", "tomorrow"],
        &["log", "--kind", "process.fork"],
        &["log", "--verdict", "maybe"],
        &["show", "link:abc"],
        &["ps", "--at", "yesterday"],
        &["ps", "-o", "yaml"],
    ];
    for arguments in wrong {
        let ran = node.weft(arguments);
        ran.fails(2, &["error"]);
        assert_eq!(ran.stdout, "", "{arguments:?}");
    }
    node.weft(["log", "NOT A NAME"]).fails(2, &["bad name"]);
    assert_eq!(node.size(), 1);
}

#[test]
fn a_place_without_a_node_is_3() {
    let node = Node::nowhere();
    let verbs: [&[&str]; 10] = [
        &["tree", "put", "/a"],
        &["tree", "put", "/a", "--dry-run"],
        &["tree", "list"],
        &["tree", "show", "/"],
        &["capability", "revoke", "1.0"],
        &["log"],
        &["show", "0"],
        &["ps"],
        &["chain", "status"],
        &["chain", "verify"],
    ];
    for verb in verbs {
        node.weft(verb).fails(3, &["no node in", "weft init"]);
    }
    assert_eq!(node.bytes().len(), 0, "nothing was written");
}

#[test]
fn what_is_not_found_is_3() {
    let node = Node::fresh();
    node.weft(["show", "1"]).fails(3, &["record 1 not found", "weft log"]);
    node.weft(["show", "@-1"]).fails(3, &["record @-1 not found"]);
    node.weft(["show", "link:000000"]).fails(3, &["record link:000000 not found"]);
    node.weft(["show", "1970-01-01T00:00:00Z"])
        .fails(3, &["at or before 1970-01-01T00:00:00.000Z"]);
    node.weft(["tree", "list", "/docs"]).fails(3, &["resource /docs not found"]);
    node.weft(["log", "nobody"]).fails(3, &["process nobody not found"]);
    node.weft(["log", "4"]).fails(3, &["process 4 not found"]);
    node.weft(["tree", "remove", "/docs"]).fails(3, &["no resource /docs", "recorded as 1"]);
}

#[test]
fn denied_is_4_with_every_finding() {
    let node = Node::under_law("effect tree.put risk=100\n", "");
    let ran = node.weft(["tree", "put", "/docs/a"]);
    ran.fails(
        4,
        &[
            "tree.put denied, recorded as 1",
            "- deny: the law has no effect line for tree.put",
            "weft show 1",
        ],
    );
    assert!(
        ran.stdout.contains("seq      1\n") && ran.stdout.contains("verdict  DENIED\n"),
        "{}",
        ran.stdout
    );
    let log = node.done(["log", "--verdict", "deny"]);
    assert!(log.contains("DENIED") && log.contains("the law has no effect line"), "{log}");
    node.weft(["tree", "show", "/docs/a"]).fails(3, &["not found"]);

    let strict =
        Node::under_law("effect tree.put risk=100\n", "effect tree.put risk=950 security=1000\n");
    strict
        .weft(["tree", "put", "/a"])
        .fails(4, &["risk 950 reaches the deny threshold 900", "security 1000 reaches"]);
}

#[test]
fn deferred_is_5_and_warned_is_done() {
    let node = Node::under_law("effect tree.put risk=100\n", "effect tree.put risk=850\n");
    node.weft(["tree", "put", "/docs/a"])
        .fails(5, &["tree.put deferred, recorded as 1", "- defer: risk 850"]);
    let warning = Node::under_law("effect tree.put risk=100\n", "effect tree.put risk=650\n");
    assert_eq!(warning.json(["tree", "put", "/docs/a"])["verdict"], json!("warn"));
    assert_eq!(warning.json(["tree", "show", "/docs/a"])["stored"], json!(1));
}

#[test]
fn rejections_go_by_their_class() {
    let node = Node::fresh();
    node.done(["tree", "put", "/docs/a"]);
    let check = |arguments: &[&str], code: i32, word: &str| {
        let ran = node.weft(arguments.iter().chain(&["-o", "json"]));
        let (receipt, error): (Value, Value) =
            (ran.document(), serde_json::from_str(&ran.stderr).unwrap());
        assert_eq!(ran.code, code);
        assert_eq!((&receipt["rejected"], &error["error"]["code"]), (&json!(word), &json!(word)));
        assert_eq!(receipt["verdict"], json!("permit"), "the gate let it through");
    };
    check(&["tree", "remove", "/docs"], 1, "has_children");
    check(&["tree", "put", "/network/x"], 1, "reserved_path");
    check(&["tree", "remove", "/nothing"], 3, "not_found");
    check(&["capability", "revoke", "0.0"], 1, "root_grant");
    check(&["capability", "grant", "operator:2", "--can", "*:*"], 3, "no_such_holder");
    assert_eq!(node.done(["log", "--verdict", "rejected", "-o", "json"]).lines().count(), 5);
}

#[test]
fn a_held_lock_is_7_and_names_the_holder() {
    let node = Node::fresh();
    let kernel = node.kernel();
    let holder = format!("process {}", std::process::id());
    node.weft(["tree", "put", "/docs/a"]).fails(7, &["locked", &holder, "hint:"]);
    assert_eq!(node.size(), 1, "reading goes on");
    kernel.close().unwrap();
    node.done(["tree", "put", "/docs/a"]);
}

#[test]
fn over_a_limit_is_9() {
    let node = Node::fresh();
    let value = "x".repeat(100_000);
    let metadata: Vec<String> = (0..12).map(|number| format!("--meta=k{number}={value}")).collect();
    let put = ["tree", "put", "/docs/a"].map(str::to_owned);
    let ran = node.weft(put.iter().chain(&metadata));
    ran.fails(9, &["payload of 1200", "1 to 1048576 are possible"]);
    assert_eq!((node.size(), ran.stdout.as_str()), (1, ""));
}

#[test]
fn a_log_that_is_gone_is_6() {
    let node = Node::fresh();
    fs::remove_dir_all(node.data_dir().join("log")).unwrap();
    node.weft(["log"]).fails(6, &["log of the node", "gone"]);
    fs::create_dir(node.data_dir().join("log")).unwrap();
    let before = node.bytes();
    for verb in [&["log"][..], &["chain", "verify"], &["tree", "put", "/a"]] {
        node.weft(verb).fails(6, &["gone"]);
    }
    assert_eq!(node.bytes(), before, "no new log was begun");
}

/// A put whose `nth` call of `call` fails, as on a dying disk.
fn put_while_failing(node: &Node, call: &str, nth: u32, id: &str) -> Ran {
    let inject = format!("inject={call}:error=EIO:when={nth}");
    let put = node.command(["tree", "put", "/docs/a", "--id", id]);
    let mut traced = Command::new("strace");
    traced.args(["-f", "-o", "/dev/null", "-e", &format!("trace={call}"), "-e", &inject]);
    traced.arg(put.get_program()).args(put.get_args()).env("WEFT_HOME", node.data_dir());
    Ran::from(traced.output().expect("strace is needed for this test: apt-get install strace"))
}

#[test]
fn an_unknown_outcome_is_10_and_the_same_id_finds_out() {
    let id = "0190f3c0-0000-7000-8000-000000000001";
    let node = Node::fresh();
    put_while_failing(&node, "fdatasync", 1, id)
        .fails(10, &["outcome unknown", "cannot sync", &format!("ask again with --id {id}")]);
    assert_eq!(node.json(["tree", "put", "/docs/a", "--id", id])["seq"], json!(1));
    assert_eq!((node.size(), node.weft(["chain", "verify"]).code), (2, 0));
}

#[test]
fn whichever_write_or_sync_fails_the_command_runs_at_most_once() {
    let id = "0190f3c0-0000-7000-8000-000000000002";
    for call in ["fsync", "fallocate", "ftruncate", "pwrite64"] {
        for nth in 1..=3 {
            let node = Node::fresh();
            let ran = put_while_failing(&node, call, nth, id);
            assert!([0, 1, 10].contains(&ran.code), "{call} {nth}: {} {}", ran.code, ran.stderr);
            assert_eq!(
                node.json(["tree", "put", "/docs/a", "--id", id])["seq"],
                json!(1),
                "{call} {nth}"
            );
            assert_eq!((node.size(), node.weft(["chain", "verify"]).code), (2, 0), "{call} {nth}");
        }
    }
}
